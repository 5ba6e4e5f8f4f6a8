/** How much an account may still publish, as the platform tells it. */
import { z } from "zod";
import type { PostingLimit } from "../../../../../../shared/rows/connection.ts";
import type { PublicationWork } from "../../platform.ts";
import { pathOf } from "../dialect.ts";
import type { ContainerDialect } from "./container_dialect.ts";

const count = z.number().int().nonnegative();
const answer = z.looseObject({
  data: z.tuple([z.looseObject({
    quota_usage: count,
    // Sources of Instagram say 25, 50 and 100: what is not told is not made up.
    config: z.looseObject({ quota_total: count, quota_duration: count.positive().catch(86_400) }),
  })], z.unknown()),
});

/** Asks for the limit; null where the answer has none. Throws PlatformError when the question fails. */
export async function limits(
  { graph, edges }: Pick<ContainerDialect, "graph" | "edges">,
  { app, connection, accessToken }: Pick<PublicationWork, "app" | "connection" | "accessToken">,
): Promise<PostingLimit | null> {
  const path = pathOf(connection.externalId, edges.limit);
  const { body } = await graph.askGraph({ app, accessToken }, path, {
    query: { fields: "quota_usage,config" },
  });
  return limitIn(body);
}

/** The limit in an answer; null where there is none. Pure; never throws. */
export function limitIn(body: unknown): PostingLimit | null {
  const { data } = answer.safeParse(body);
  if (!data) return null;
  const [{ quota_usage, config }] = data.data;
  return {
    used: quota_usage,
    total: config.quota_total,
    windowSeconds: config.quota_duration,
    resetsAt: null,
    source: "platform",
  };
}
