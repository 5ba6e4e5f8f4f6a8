/** What became of a commit whose answer was lost (docs/platforms/facebook.md#outcomes). */
import { z } from "zod";
import { PlatformError, type PublicationWork, type Reconciled } from "../platform.ts";
import { VIDEO } from "./names.ts";
import { type Edge, type PagePost, type PagePosts, readPosts } from "./page_posts.ts";
import { photosIn, READY_AT, textFact } from "./plan.ts";
import { type Likeness, likenessOf, likenessOfVideo, sentBy } from "./same_post.ts";
import { addressIn, askVideo, outcomeOf, type VideoStatus } from "./video_status.ts";

/** Clocks are told to the second: a post may seem to be made so long before it could be. */
const MARGIN_MS = 2_000;
/** The question goes back further: our clock may be wrong, and is set right by Facebook's answer. */
const ASKED_BACK_MS = 60 * 60_000;
/** An attempt's life: where nothing says when the first commit could be made, it was not longer ago than that. */
const ATTEMPT_MS = 31 * 60_000;
/** Facebook fetches a video before it lists it: so many seconds after the commit it may not be listed yet. */
const grace = z.number().min(0).max(3600).catch(300);
/** Posts that are looked through: 500, of one page within half an hour. */
const MOST_PAGES = 5;

/** Asks after a commit: of a video that has an id by that, of all others by what the page has posted. Throws PlatformError. */
export async function reconcile(work: PublicationWork): Promise<Reconciled> {
  const video = textFact(work, "video");
  if (video !== undefined) return await reconcileVideo(work, video);
  switch (work.option) {
    case "facebook_story":
      return await reconcileStory(work);
    case "facebook_video":
      return await reconcileListed(work, "/videos", likenessOfVideo);
    case "facebook_post":
      return await reconcileListed(work, "/published_posts", likenessOf);
    default:
      return { state: "unknown", reason: "No video is known", raw: null };
  }
}

async function reconcileVideo(work: PublicationWork, video: string): Promise<Reconciled> {
  try {
    return outcomeOfCommit(video, await askVideo(work, video));
  } catch (error) {
    if (!(error instanceof PlatformError) || !["100/33", "803"].includes(error.failure.code)) throw error;
    // Seen of videos that were there.
    const { code, message, raw = null } = error.failure;
    return { state: "unknown", reason: `The video cannot be read. ${code}: ${message}`, raw };
  }
}

/** What a video's state says of its commit. It can be published once: to commit it again harms nothing. Pure. */
export function outcomeOfCommit(video: string, status: VideoStatus): Reconciled {
  const { processing, publishing, raw } = status;
  const outcome = outcomeOf(status);
  const isOn = publishing === "in_progress" || publishing === "complete";
  if (outcome === "published" || (isOn && outcome !== "failed")) {
    return { state: "there", id: VIDEO + video, raw };
  }
  // It did not come to the end of its publishing.
  if (outcome === "failed") return { state: "not_there", raw };
  if (processing === "in_progress") {
    return { state: "unknown", reason: "Facebook is still at work on the video", raw };
  }
  if (publishing === "not_started") return { state: "not_there", raw };
  return { state: "unknown", reason: `Facebook says of publishing the video: ${publishing}`, raw };
}

/** A story is known by the photo that it is. A page that keeps no archive shows none at all. */
async function reconcileStory(work: PublicationWork): Promise<Reconciled> {
  const [photo] = photosIn(work);
  if (photo === undefined) return { state: "unknown", reason: "No photo is known", raw: null };
  const { posts, nextCursor, raw } = await readPosts(work, "/stories");
  const ours = posts.find(({ mediaId }) => mediaId === photo);
  if (ours) return { state: "there", id: ours.id, raw };
  if (posts.length > 0 && nextCursor === null) return { state: "not_there", raw };
  return { state: "unknown", reason: "The page shows no stories, or too many", raw };
}

/** Looks for it among what the page has posted since. Of two that are alike nobody can tell which is ours. */
async function reconcileListed(
  work: PublicationWork,
  edge: Edge,
  likeness: typeof likenessOf,
): Promise<Reconciled> {
  const since = sinceOf(work);
  let cursor: string | undefined;
  const found: Found = { proven: null, same: [], maybe: null };
  let raw: unknown = null;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await readPosts(work, edge, { since: since - ASKED_BACK_MS, cursor });
    raw = page.raw;
    lookThrough(work, page, since, likeness, found);
    if (found.proven || page.nextCursor === null) return verdict(work, edge, found, raw);
    cursor = page.nextCursor;
  }
  return { state: "unknown", reason: "The page has posted too much since to look through", raw };
}

interface Found {
  proven: PagePost | null;
  same: PagePost[];
  maybe: PagePost | null;
}

/** Adds what is like it among the posts of a page that were made since, and by no other publication. Pure. */
export function lookThrough(
  work: PublicationWork,
  { posts, clockAheadMs }: Pick<PagePosts, "posts" | "clockAheadMs">,
  since: number,
  likeness: (sent: ReturnType<typeof sentBy>, post: PagePost) => Likeness,
  found: Found = { proven: null, same: [], maybe: null },
): Found {
  const sent = sentBy(work);
  const known = new Set(work.knownPostIds ?? []);
  const from = since + clockAheadMs - MARGIN_MS;
  for (const post of posts) {
    if (known.has(post.id)) continue;
    const how = likeness(sent, post);
    // A photo's id is nobody else's, whatever the clocks say.
    if (how === "proven") found.proven ??= post;
    else if (post.createdAt !== null && post.createdAt < from) continue;
    else if (how === "same") found.same.push(post);
    else if (how === "maybe") found.maybe ??= post;
  }
  return found;
}

function verdict(
  work: PublicationWork,
  edge: Edge,
  { proven, same, maybe }: Found,
  raw: unknown,
): Reconciled {
  const [only, other] = same;
  const ours = proven ?? (other ? null : only);
  if (ours) {
    const id = edge === "/videos" ? VIDEO + ours.id : ours.id;
    return { state: "there", id, permalink: addressIn(ours.permalink), raw };
  }
  const doubtful = other ?? maybe;
  if (doubtful) {
    return {
      state: "unknown",
      reason: `Post ${doubtful.id} may be this one, and cannot be told from another`,
      raw,
    };
  }
  const committed = work.committedAt === null ? NaN : Date.parse(work.committedAt);
  const graceMs = grace.parse(work.app.settings.list_grace_seconds) * 1000;
  if (edge === "/videos" && !(Date.now() - committed >= graceMs)) {
    return { state: "unknown", reason: "Facebook may not list the video yet", raw };
  }
  return { state: "not_there", raw };
}

/** When the first commit could be made, in milliseconds since 1970 by our clock. */
export function sinceOf(work: Pick<PublicationWork, "facts" | "committedAt" | "createdAt">): number {
  const ready = Date.parse(textFact(work, READY_AT) ?? "");
  if (!Number.isNaN(ready)) return ready;
  const committed = work.committedAt === null ? NaN : Date.parse(work.committedAt);
  const created = Date.parse(work.createdAt);
  if (Number.isNaN(committed)) return created;
  return Math.max(committed - ATTEMPT_MS, Number.isNaN(created) ? 0 : created);
}
