/** What became of a post whose answer was lost: it is looked for among the account's own (docs/platforms/x.md#reconciling). */
import type { PublicationWork, Reconciled } from "../platform.ts";
import { permalinkOf } from "./address.ts";
import { mediaFactOf } from "./media_facts.ts";
import { likenessOf, type SentPost } from "./same_post.ts";
import { readTimeline, type TimelinePage, type TimelinePost } from "./timeline.ts";

/** The fact that says when the first commit could be made, ISO 8601 by our clock. */
export const READY_AT = "ready_at";

/** Clocks are told to the second: a post may seem to be made so long before it could be. */
const MARGIN_MS = 2_000;
/** The question goes back further: our clock may be wrong, and is set right by X's answer. */
const ASKED_BACK_MS = 60 * 60_000;
/** An attempt's life: where nothing says when the first commit could be made, it was not longer ago than that. */
const ATTEMPT_MS = 31 * 60_000;
/** Posts that are looked through: 500, of one account within half an hour. */
const MOST_PAGES = 5;

/** Looks for the post. Throws PlatformError when X does not tell. */
export async function reconcilePost(work: PublicationWork): Promise<Reconciled> {
  const since = sinceOf(work);
  let token: string | undefined;
  let doubt: string | null = null;
  let raw: unknown;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await readTimeline(work, { since: since - ASKED_BACK_MS, token });
    raw = page.raw;
    const { ours, maybe } = lookThrough(work, page, since);
    if (ours) {
      return { state: "there", id: ours.id, permalink: permalinkOf(work.connection.settings, ours.id), raw };
    }
    if (maybe) doubt ??= `Post ${maybe.id} may be this one, and cannot be told from another`;
    if (page.nextToken === null) return verdict(work, doubt, raw);
    token = page.nextToken;
  }
  return { state: "unknown", reason: doubt ?? "The account has posted too much since to look through", raw };
}

function verdict({ content }: PublicationWork, doubt: string | null, raw: unknown): Reconciled {
  if (doubt !== null) return { state: "unknown", reason: doubt, raw };
  if (content.settings.communityId === undefined) return { state: "not_there", raw };
  return { state: "unknown", reason: "A community's posts need not be among the account's own", raw };
}

/** The post among those of a page that were made since the first commit could be; the likeliest first. */
export function lookThrough(
  work: PublicationWork,
  { posts, clockAheadMs }: Pick<TimelinePage, "posts" | "clockAheadMs">,
  since: number,
): { ours: TimelinePost | null; maybe: TimelinePost | null } {
  const sent = sentBy(work);
  const from = since + clockAheadMs - MARGIN_MS;
  const known = new Set(work.knownPostIds ?? []);
  const alike = posts.filter((post) => !known.has(post.id))
    .map((post) => ({ post, likeness: likenessOf(sent, post) }));
  // A file's id is nobody else's, whatever the clocks say.
  const proven = alike.find(({ likeness }) => likeness === "proven");
  const late = alike.filter(({ post }) => post.createdAt === null || post.createdAt >= from);
  // The first that was made, where X let through more than one.
  const same = late.findLast(({ likeness }) => likeness === "same");
  const maybe = late.find(({ likeness }) => likeness === "maybe");
  return { ours: (proven ?? same)?.post ?? null, maybe: maybe?.post ?? null };
}

/** When the first commit could be made, in milliseconds since 1970 by our clock. */
export function sinceOf({ facts, committedAt, createdAt }: PublicationWork): number {
  const ready = typeof facts[READY_AT] === "string" ? Date.parse(facts[READY_AT]) : NaN;
  if (!Number.isNaN(ready)) return ready;
  const committed = committedAt === null ? NaN : Date.parse(committedAt);
  const created = Date.parse(createdAt);
  return Number.isNaN(committed)
    ? created
    : Math.max(committed - ATTEMPT_MS, Number.isNaN(created) ? 0 : created);
}

/** The post that was sent, as far as it can be recognized. */
export function sentBy(work: PublicationWork): SentPost {
  const { replyTo } = work.content.settings;
  const facts = work.content.mediaFiles.map((_, index) => mediaFactOf(work.facts, index));
  return {
    text: work.content.caption,
    mediaIds: facts.flatMap((fact) => fact ? [...fact.former, ...fact.id ? [fact.id] : []] : []),
    hasMedia: work.content.mediaFiles.length > 0,
    replyTo: typeof replyTo === "string" ? replyTo : null,
  };
}
