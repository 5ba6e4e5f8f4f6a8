/** LinkedIn says that it has such a post: it may be this one, sent twice on the way or by a commit before, or an older one. */
import { type Committed, PlatformError, type PublicationWork } from "../platform.ts";
import { permalinkOf } from "./address.ts";
import { type AuthorPost, readPosts } from "./posts_of.ts";
import { isAlike, lookThrough, mayRead, sinceOf } from "./reconcile.ts";

/**
 * Looks at once which post LinkedIn means, where it lets us: the one that it names is at times not there. Resolves with it
 * where it is this one. Throws PlatformError of class never where there is an older one, and no commit was made before that
 * may be meant as well; else `refusal`, with its doubt.
 */
export async function explainDuplicate(
  work: PublicationWork,
  refusal: PlatformError,
  signal: AbortSignal,
): Promise<Committed> {
  if (!mayRead(work)) throw refusal;
  let page: { posts: AuthorPost[]; raw: unknown };
  try {
    page = await readPosts(work, 0, signal);
  } catch {
    throw refusal;
  }
  const { ours } = lookThrough(work, page.posts, sinceOf(work));
  if (ours) return { id: ours.id, state: "published", permalink: permalinkOf(ours.id), raw: page.raw };
  const older = page.posts.find((post) => isAlike(work, post));
  if (!older || work.committedAt !== null) throw refusal;
  throw new PlatformError({
    ...refusal.failure,
    class: "never",
    message: `LinkedIn takes no post twice, and the account has this one: ${permalinkOf(older.id)}`,
  });
}
