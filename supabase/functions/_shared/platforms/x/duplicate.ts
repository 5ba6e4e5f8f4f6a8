/** X says that it has such a post: it may be this one, sent twice on the way or by a commit before, or one of somebody's. */
import { type Committed, PlatformError, type PublicationWork } from "../platform.ts";
import { permalinkOf } from "./address.ts";
import { likenessOf } from "./same_post.ts";
import { lookThrough, sentBy, sinceOf } from "./reconcile.ts";
import { readTimeline, type TimelinePage } from "./timeline.ts";

/**
 * Looks at once which post X means. Resolves with it where it is this one. Throws PlatformError of class never where there is
 * an older one, and no commit was made before that may be meant as well; else `refusal`, with its doubt.
 */
export async function explainDuplicate(
  work: PublicationWork,
  refusal: PlatformError,
  signal: AbortSignal,
): Promise<Committed> {
  let page: TimelinePage;
  try {
    page = await readTimeline(work, {}, signal);
  } catch {
    throw refusal;
  }
  const { ours } = lookThrough(work, page, sinceOf(work));
  const { settings } = work.connection;
  if (ours) {
    return { id: ours.id, state: "published", permalink: permalinkOf(settings, ours.id), raw: page.raw };
  }
  const older = page.posts.find((post) => likenessOf(sentBy(work), post) === "same");
  if (!older || work.committedAt !== null) throw refusal;
  throw new PlatformError({
    ...refusal.failure,
    class: "never",
    message: `X takes no post twice, and the account has this one: ${permalinkOf(settings, older.id)}`,
  });
}
