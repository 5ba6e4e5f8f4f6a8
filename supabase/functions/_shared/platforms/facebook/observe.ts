/** What has become of a commit that was taken: a post is there, and a video when its publishing is complete. */
import { looseText } from "../../providers/kit/fields.ts";
import { pathOf } from "../graph/dialect.ts";
import { type Observed, PlatformError, type PublicationWork } from "../platform.ts";
import { askPage } from "./graph.ts";
import { named, PHOTO, VIDEO } from "./names.ts";
import { addressIn, askVideo, outcomeOf, type VideoStatus } from "./video_status.ts";
import { failureCode } from "./video_upload.ts";

/** In seconds since the commit: so long a read that fails may be too early. Publishing itself may have taken some of them. */
const READS_FOR_S = 30;

/** Whether what was taken under this name is a post for certain: of a video nobody knows before it is processed. */
export function isThere(name: string): boolean {
  return named(VIDEO, name) === null;
}

/** Asks what has become of it. Of posts never, of videos when the question fails, throws PlatformError. */
export async function observe(work: PublicationWork, name: string, now = Date.now()): Promise<Observed> {
  const video = named(VIDEO, name);
  if (video !== null) return await observeVideo(work, video, now);
  if (named(PHOTO, name) !== null) {
    const message = "It is published, but Facebook does not say under which id";
    return {
      state: "published",
      postId: null,
      permalink: null,
      warnings: [{ code: "post_id_unknown", message }],
      raw: null,
    };
  }
  return await observePost(work, name, now);
}

/** A post that was taken is published whatever becomes of this: what cannot be read soon has no address, and a warning. */
async function observePost(work: PublicationWork, id: string, now: number): Promise<Observed> {
  try {
    const { body, raw } = await askPage(work, pathOf(id), { query: { fields: "permalink_url" } });
    const address = looseText.parse((body as Record<string, unknown>).permalink_url) ?? null;
    const permalink = addressIn(address);
    return published(id, permalink, raw, permalink === null ? "Facebook named no address" : null);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const { code, message, raw = null } = error.failure;
    const since = secondsSince(work, now);
    if (since < READS_FOR_S && mayPass(error)) return { state: "processing", seconds: soon(since), raw };
    return published(id, null, raw, `${code}: ${message}`);
  }
}

async function observeVideo(work: PublicationWork, id: string, now: number): Promise<Observed> {
  let status: VideoStatus;
  try {
    status = await askVideo(work, id);
  } catch (error) {
    // Made just now: it may not be readable yet.
    const since = secondsSince(work, now);
    if (!(error instanceof PlatformError) || error.failure.code !== "100/33" || since >= READS_FOR_S) {
      throw error;
    }
    return { state: "processing", seconds: soon(since), raw: error.failure.raw ?? null };
  }
  // In a story it is named by the story's post, everywhere else by its own id: that is what its address has.
  return outcomeOfVideo(work.option === "facebook_story" ? status.postId ?? id : id, status);
}

/** What a video's state says of its commit. Pure. `id`: of what is published. */
export function outcomeOfVideo(id: string, status: VideoStatus): Observed {
  const { permalink, message, word, raw } = status;
  const fail = (code: string, message: string): Observed => ({
    state: "failed",
    failure: { class: "never", scope: "publication", code, message, raw },
    raw,
  });
  switch (outcomeOf(status)) {
    case "published":
      return published(id, permalink, raw, permalink === null ? "Facebook named no address" : null);
    case "draft":
      return fail(
        "published_as_draft",
        "Facebook has made a draft of it, which nobody sees: publish it as a reel",
      );
    case "failed":
      return fail(failureCode(status), message ?? `Facebook says of the video: ${word ?? "error"}`);
    case "processing":
      return { state: "processing", raw };
  }
}

function secondsSince({ committedAt }: PublicationWork, now: number): number {
  return committedAt === null ? NaN : (now - Date.parse(committedAt)) / 1000;
}

/** After 1, 2, 4 and 8 seconds, and no later. */
function soon(since: number): number {
  return Math.min(Math.max(Math.ceil(since), 1), 8);
}

/** Whether the same read may go well in a moment: what was published just now may not be readable yet. */
function mayPass({ failure, isUnreachable }: PlatformError): boolean {
  return isUnreachable || failure.code === "100/33" || failure.class === "backoff";
}

function published(postId: string, permalink: string | null, raw: unknown, trouble: string | null): Observed {
  const warning = { code: "permalink_unavailable", message: `Its address is not known. ${trouble}` };
  return {
    state: "published",
    postId,
    permalink,
    ...trouble === null ? {} : { warnings: [warning] },
    raw,
  };
}
