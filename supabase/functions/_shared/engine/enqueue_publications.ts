/** Creating publications: those of a request that can be, in one transaction; and what has to be known of their tools. */
import { z } from "zod";
import type { Json } from "../../../../shared/database.types.ts";
import { JOB_STATUSES } from "../../../../shared/words/statuses.ts";
import type { unwrap } from "./database.ts";
import { worker } from "./database.ts";

/** A publication that is wished for. `n`: its place in the request. */
export interface PublicationWish {
  n: number;
  tool: string;
  input: Record<string, unknown>;
  metadata: Record<string, unknown>;
  priority: number | null;
  /** ISO 8601, UTC. */
  run_at: string | null;
  idempotency_key: string | null;
}

const answer = z.object({
  jobs: z.array(z.object({
    n: z.number().int(),
    /** False: it was asked for before, with the same key. */
    is_new: z.boolean(),
    job: z.looseObject({
      id: z.guid(),
      status: z.enum(JOB_STATUSES),
      current_step: z.string(),
      credits_charged: z.number(),
    }),
  })),
  rejected: z.array(z.object({
    n: z.number().int(),
    code: z.string(),
    message: z.string(),
    field: z.string().nullable(),
    details: z.record(z.string(), z.unknown()).nullable(),
    status: z.number().int(),
  })),
});
export type Enqueued = z.infer<typeof answer>;

/** What PostgREST answers, for whoever has copies to give back: unwrap it, then read it with `readEnqueued`. */
export type EnqueueAnswer = Parameters<typeof unwrap>[0] & { status: number };

/** Creates those of `wishes` that can be, in order, while the balance lasts. `handed`: copies of their files, {path: key}. */
export async function enqueuePublications(
  { userId, isServer, wishes, handed }: {
    userId: string;
    isServer: boolean;
    wishes: readonly PublicationWish[];
    handed: Readonly<Record<string, string>>;
  },
): Promise<EnqueueAnswer> {
  return await worker().rpc("enqueue_publications", {
    p_user_id: userId,
    p_wishes: wishes as unknown as Json,
    p_handed: handed,
    p_by_user: !isServer,
    p_caller_drains: true,
  });
}

/** What came of it. */
export function readEnqueued(data: unknown): Enqueued {
  return answer.parse(data);
}
