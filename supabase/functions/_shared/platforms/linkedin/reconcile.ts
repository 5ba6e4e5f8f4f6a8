/**
 * What became of a post whose answer was lost: it is looked for among the account's own, where LinkedIn lets us read them
 * (docs/platforms/linkedin.md#reconciling).
 */
import type { PublicationWork, Reconciled } from "../platform.ts";
import { permalinkOf } from "./address.ts";
import { mediaFactOf } from "./media_facts.ts";
import { type AuthorPost, PAGE, readPosts } from "./posts_of.ts";
import { MEMBER_READ, ORGANIZATION_READ } from "./scopes.ts";
import { isOrganization } from "./urns.ts";

/** The fact that says when the first commit could be made, ISO 8601 by our clock. */
export const READY_AT = "ready_at";

/** Clocks differ: a post may seem to be made so long before it could be. */
const MARGIN_MS = 60_000;
/** An attempt's life: where nothing says when the first commit could be made, it was not longer ago than that. */
const ATTEMPT_MS = 31 * 60_000;
/** Posts that are looked through: 300, of one account within half an hour. */
const MOST_PAGES = 3;

/** Looks for the post. Throws PlatformError when LinkedIn does not tell. */
export async function reconcilePost(work: PublicationWork): Promise<Reconciled> {
  if (!mayRead(work)) {
    const reason = `LinkedIn shows posts only to those who were granted ${readScopeOf(work)}`;
    return { state: "unknown", reason, isForGood: true, raw: null };
  }
  const since = sinceOf(work);
  let doubt: AuthorPost | null = null;
  let raw: unknown = null;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await readPosts(work, pages * PAGE);
    raw = page.raw;
    const { ours, maybe } = lookThrough(work, page.posts, since);
    if (ours) return { state: "there", id: ours.id, permalink: permalinkOf(ours.id), raw };
    doubt ??= maybe;
    const oldest = page.posts.at(-1)?.createdAt ?? null;
    if (page.isLast || (oldest !== null && oldest < since)) {
      return doubt === null ? { state: "not_there", raw } : {
        state: "unknown",
        reason: `Post ${doubt.id} may be this one, and cannot be told from another`,
        raw,
      };
    }
  }
  return { state: "unknown", reason: "The account has posted too much since to look through", raw };
}

/**
 * The post among those that were made since the first commit could be. A file's name is nobody else's, so it proves its
 * post; a text proves it where it is the same to the letter, with a page or without one as it was sent.
 */
export function lookThrough(
  work: PublicationWork,
  posts: readonly AuthorPost[],
  since: number,
): { ours: AuthorPost | null; maybe: AuthorPost | null } {
  const known = new Set(work.knownPostIds ?? []);
  const candidates = posts.filter(({ id }) => !known.has(id));
  const sent = sentBy(work);
  const proven = candidates.find(({ mediaIds }) => mediaIds.some((id) => sent.mediaIds.includes(id)));
  if (proven) return { ours: proven, maybe: null };
  const late = candidates.filter(({ createdAt }) => createdAt === null || createdAt >= since);
  const alike = late.filter((post) => isAlike(work, post));
  const bare = alike.filter(({ mediaIds, article }) =>
    mediaIds.length === 0 && isSamePage(article, sent.article)
  );
  // Without a word of its own, or with files that are not shown, it cannot be told from another.
  if (sent.hasMedia) {
    return {
      ours: null,
      maybe: alike.find(({ mediaIds }) => mediaIds.length === 0) ?? null,
    };
  }
  if (sent.text.trim() === "") return { ours: null, maybe: bare[0] ?? null };
  // The first that was made, where LinkedIn let through more than one.
  return { ours: bare.at(-1) ?? null, maybe: null };
}

/** Whether a post has the words of this publication. */
export function isAlike({ content }: PublicationWork, { text }: AuthorPost): boolean {
  return plain(text) === plain(content.caption);
}

/** Whether the connection may read what its account has posted. */
export function mayRead(work: PublicationWork): boolean {
  return work.connection.scopes.includes(readScopeOf(work));
}

function readScopeOf({ connection }: PublicationWork): string {
  return isOrganization(connection.externalId) ? ORGANIZATION_READ : MEMBER_READ;
}

/** When the first commit could be made, in milliseconds since 1970, and a little before that: clocks differ. */
export function sinceOf(work: PublicationWork): number {
  return firstCommitOf(work) - MARGIN_MS;
}

function firstCommitOf({ facts, committedAt, createdAt }: PublicationWork): number {
  const ready = typeof facts[READY_AT] === "string" ? Date.parse(facts[READY_AT]) : NaN;
  if (!Number.isNaN(ready)) return ready;
  const committed = committedAt === null ? NaN : Date.parse(committedAt);
  const created = Date.parse(createdAt);
  return Number.isNaN(committed)
    ? created
    : Math.max(committed - ATTEMPT_MS, Number.isNaN(created) ? 0 : created);
}

function sentBy(work: PublicationWork) {
  const { article } = work.content.settings;
  const source = article !== null && typeof article === "object" && "url" in article ? article.url : null;
  const facts = work.content.mediaFiles.map((_, index) => mediaFactOf(work.facts, index));
  return {
    text: work.content.caption,
    hasMedia: work.content.mediaFiles.length > 0,
    mediaIds: facts.flatMap((fact) => fact ? [...fact.former, ...fact.urn ? [fact.urn] : []] : []),
    article: typeof source === "string" ? source : null,
  };
}

function isSamePage(theirs: string | null, ours: string | null): boolean {
  return theirs === ours ||
    (theirs !== null && ours !== null && theirs.replace(/\/$/, "") === ours.replace(/\/$/, ""));
}

/** Spaces at the ends go, and line ends are one kind. */
function plain(text: string): string {
  return text.normalize("NFC").replace(/\r\n?/g, "\n").trim();
}
