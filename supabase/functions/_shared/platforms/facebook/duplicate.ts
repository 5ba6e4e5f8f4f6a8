/** Facebook says that it has such a post: it may be this one, by a commit before, or one of somebody's. */
import { type Committed, PlatformError, type PublicationWork } from "../platform.ts";
import { DUPLICATES } from "./codes.ts";
import { type PagePosts, readPosts } from "./page_posts.ts";
import { lookThrough, sinceOf } from "./reconcile.ts";
import { likenessOf, sentBy } from "./same_post.ts";

/** Whether a refusal says so. */
export function isDuplicate({ failure: { code } }: PlatformError): boolean {
  return code.split("/").some((one) => DUPLICATES.includes(one));
}

/**
 * Looks at once which post Facebook means. Resolves with it where it is this one. Throws PlatformError of class never where
 * there is an older one, and no commit was made before that may be meant as well; else `refusal`, with its doubt.
 */
export async function explainDuplicate(
  work: PublicationWork,
  refusal: PlatformError,
  signal: AbortSignal,
): Promise<Committed> {
  let page: PagePosts;
  try {
    page = await readPosts(work, "/published_posts", {}, signal);
  } catch {
    throw refusal;
  }
  const { proven, same: [only, other] } = lookThrough(work, page, sinceOf(work), likenessOf);
  const ours = proven ?? (other ? undefined : only);
  if (ours) return { id: ours.id, state: "processing", raw: page.raw };
  const older = page.posts.find((post) => likenessOf(sentBy(work), post) === "same");
  if (!older || other || work.committedAt !== null) throw refusal;
  throw new PlatformError({
    ...refusal.failure,
    class: "never",
    message: `Facebook takes no post twice, and the page has this one: ${older.permalink ?? older.id}`,
  });
}
