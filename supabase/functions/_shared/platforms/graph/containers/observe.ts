/** Where a post is that was published: its id is what counts, its address is told where it can be. */
import { looseText } from "../../../providers/kit/fields.ts";
import { type Observed, PlatformError, type PublicationWork } from "../../platform.ts";
import { pathOf } from "../dialect.ts";
import type { ContainerDialect } from "./container_dialect.ts";

/** How an outcome is named whose id the platform did not tell: by the container that was published. */
export const BY_CONTAINER = "container:";

/** In seconds since the commit: so long a read that fails may be too early. Publishing itself may have taken some of them. */
const READS_FOR_S = 30;

/**
 * Asks for the post's address. A commit that was taken is published whatever becomes of this: one that does not answer
 * soon ends it as published, without an address and with a warning. Never throws PlatformError.
 */
export async function observe(
  { name, graph }: Pick<ContainerDialect, "name" | "graph">,
  work: PublicationWork,
  id: string,
  now: number,
): Promise<Observed> {
  if (id.startsWith(BY_CONTAINER)) {
    const message = `It is published, but ${name} does not say under which id`;
    return {
      state: "published",
      postId: null,
      permalink: null,
      warnings: [{ code: "post_id_unknown", message }],
      raw: null,
    };
  }
  try {
    const { body, raw } = await graph.askGraph(work, pathOf(id), { query: { fields: "permalink" } });
    const permalink = addressIn(looseText.parse((body as Record<string, unknown>).permalink) ?? null);
    // A story of a private account has none: no reason to ask again.
    return published(id, permalink, raw, permalink === null ? `${name} named no address` : null);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const { code, message, raw = null } = error.failure;
    const since = work.committedAt === null ? NaN : (now - Date.parse(work.committedAt)) / 1000;
    if (since < READS_FOR_S && mayPass(error)) {
      // 1, 2, 4 and 8 seconds after one another.
      return { state: "processing", seconds: Math.min(Math.max(Math.ceil(since), 1), 8), raw };
    }
    return published(id, null, raw, `${code}: ${message}`);
  }
}

/** Whether the same read may go well in a moment: what was published just now may not be readable yet. */
function mayPass({ failure, isUnreachable }: PlatformError): boolean {
  return isUnreachable || failure.code === "100/33" || failure.class === "backoff";
}

/** An https address; null for anything else. */
function addressIn(text: string | null): string | null {
  return text !== null && URL.canParse(text) && new URL(text).protocol === "https:" ? text : null;
}

function published(postId: string, permalink: string | null, raw: unknown, trouble: string | null): Observed {
  const warning = { code: "permalink_unavailable", message: `Its address is not known. ${trouble}` };
  return { state: "published", postId, permalink, ...trouble === null ? {} : { warnings: [warning] }, raw };
}
