/**
 * A reel, or a video of a story, is handed in before it is published: an upload is begun, which names the video; Facebook is
 * told at an address of its own where the file is, and fetches it; and it is asked until all of it is there. Whoever goes on
 * after a crash asks first, so that nothing is fetched twice.
 */
import { z } from "zod";
import { givenId } from "../../providers/kit/fields.ts";
import { pathOf } from "../graph/dialect.ts";
import { isSuccess } from "../graph/failures.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import { callPlatform, type PlatformAnswer } from "../kit/platform_call.ts";
import { PlatformError, type PlatformFailure, type Prepared, type PublicationWork } from "../platform.ts";
import { uploadAddress } from "./address.ts";
import { askPage, failureOf } from "./graph.ts";
import { countFact, sinceOf, untilOf, VIDEO_FACTS } from "./plan.ts";
import { readyOf } from "./ready.ts";
import { askVideo, outcomeOf, type VideoStatus } from "./video_status.ts";

/** Facebook may answer only when it has fetched the file; who waits longer asks how it stands instead. */
const SEND_TIMEOUT_MS = 60_000;
/** A read that says "no such thing" of what was made just now is repeated so often, after 1, 2, 4 and 8 seconds. */
const READS = 4;
/** So often a video may not have begun to arrive after Facebook was told where it is; then it is told again. */
const MOST_IDLE = 3;
/** So many videos may follow the first. */
const MOST_AGAIN = 3;
const LONGEST_WAIT = 60;

const begun = z.looseObject({ video_id: givenId, upload_url: z.string().min(1) });

/** Begins an upload. */
export async function startVideo(work: PublicationWork, signal: AbortSignal): Promise<Prepared> {
  const path = pathOf(work.connection.externalId, edgeOf(work));
  const { body, raw } = await askPage(work, path, { form: { upload_phase: "start" } }, signal);
  const { data } = begun.safeParse(body);
  if (!data) throw malformedAnswer("Facebook named no video, or no address to hand it in", raw);
  uploadAddress(work.app, data.upload_url);
  const since = sinceOf(work, Date.now());
  return {
    state: "more",
    name: "upload_started",
    facts: { video: data.video_id, upload_url: data.upload_url, since },
    until: untilOf(since),
    details: { video: data.video_id },
  };
}

/** The edge of a page at which such a video is begun and finished. */
export function edgeOf({ option }: Pick<PublicationWork, "option">): "/video_reels" | "/video_stories" {
  return option === "facebook_story" ? "/video_stories" : "/video_reels";
}

/** Tells Facebook where the file is, unless it has begun to fetch it. */
export async function sendVideo(
  work: PublicationWork,
  { video, uploadUrl }: { video: string; uploadUrl: string },
  signal: AbortSignal,
): Promise<Prepared> {
  const file = work.media[0];
  if (!file) throw invalidInput("There is no file to publish", "media_missing");
  const url = uploadAddress(work.app, uploadUrl);
  const status = await statusOf(work, video, signal);
  if (status && outcomeOf(status) === "failed") return failed(work, status);
  if (status?.uploading === "in_progress" || status?.uploading === "complete") {
    return sent(video, "upload_found_begun");
  }
  const fileUrl = new URL(await file.url()).href;
  let answer: PlatformAnswer;
  try {
    answer = await callPlatform(work.app, {
      url,
      method: "POST",
      headers: { authorization: `OAuth ${work.accessToken}`, file_url: fileUrl },
      timeoutMs: SEND_TIMEOUT_MS,
      secrets: [work.accessToken, fileUrl],
      // Not of a post, but no less in doubt: it may be fetched by now.
      isCommit: true,
    }, signal);
  } catch (error) {
    if (error instanceof PlatformError && error.isAmbiguous) return sent(video, "upload_unanswered");
    throw error;
  }
  if (!isSuccess(answer) || (answer.body as Record<string, unknown>).success === false) {
    throw refusedUpload(work, answer);
  }
  return sent(video, "file_told");
}

function sent(video: string, name: string): Prepared {
  return { state: "more", name, facts: { sent: new Date().toISOString() }, seconds: 2, details: { video } };
}

/** How the video stands; null where it cannot be read yet: then nothing of it has come. */
async function statusOf(
  work: PublicationWork,
  video: string,
  signal: AbortSignal,
): Promise<VideoStatus | null> {
  try {
    return await askVideo(work, video, signal);
  } catch (error) {
    if (error instanceof PlatformError && error.failure.code === "100/33") return null;
    throw error;
  }
}

const debug = z.looseObject({
  debug_info: z.looseObject({
    retriable: z.boolean().catch(true),
    type: z.string().regex(/^\w{1,60}$/).catch("error"),
    message: z.string().catch(""),
  }),
});

/** Why a file was not taken: in the words of uploads, where it has those, or in the graph's. Pure. */
export function refusedUpload(work: PublicationWork, answer: PlatformAnswer): PlatformError {
  const error = failureOf(answer, work);
  const { data } = debug.safeParse(answer.raw);
  // An upload that is gone: how its video stands says what is to be done.
  if (error.failure.code === "100/33") return new PlatformError({ ...error.failure, class: "backoff" });
  if (!data || error.isUnreachable) return error;
  const { retriable, type, message } = data.debug_info;
  return new PlatformError({
    ...error.failure,
    class: retriable ? "backoff" : "never",
    code: `upload_${type}`,
    message: message.slice(0, 500) || error.failure.message,
  });
}

/** Asks how the video stands, once, and says what follows. */
export async function awaitVideo(
  work: PublicationWork,
  video: string,
  signal: AbortSignal,
): Promise<Prepared> {
  let status: VideoStatus;
  try {
    status = await askVideo(work, video, signal);
  } catch (error) {
    if (!(error instanceof PlatformError) || error.failure.code !== "100/33") throw error;
    return unreadable(work, error);
  }
  return stepAfter(work, video, status, Date.now());
}

/** What was made just now may not be readable yet; what stays so is no verdict on the publication. Throws PlatformError. */
function unreadable(work: PublicationWork, { failure }: PlatformError): Prepared {
  const misses = countFact(work, "misses");
  if (misses >= READS) throw new PlatformError({ ...failure, class: "backoff" });
  return {
    state: "more",
    name: "video_unreadable",
    facts: { misses: misses + 1 },
    seconds: 2 ** misses,
    details: { code: failure.code },
  };
}

/** What follows from how it stands. Pure. Throws PlatformError. */
export function stepAfter(work: PublicationWork, video: string, status: VideoStatus, now: number): Prepared {
  const { uploading, processing, publishing, word } = status;
  const outcome = outcomeOf(status);
  const details = { video, status: word, uploading, processing, publishing };
  if (outcome === "failed") return failed(work, status);
  // Drafts are what videos are before they are published.
  if (publishing === "in_progress" || (outcome === "published" && publishing === "complete")) {
    throw alreadyThere(status);
  }
  const polls = countFact(work, "polls");
  const wait = (name: string, facts: Record<string, unknown> = {}): Prepared => ({
    state: "more",
    name,
    facts: { polls: polls + 1, ...facts },
    seconds: Math.min(2 * 2 ** Math.min(polls, 10), LONGEST_WAIT),
    details,
  });
  if (uploading === "not_started") {
    const idle = countFact(work, "idle") + 1;
    return idle < MOST_IDLE ? wait("upload_not_begun", { idle }) : {
      state: "more",
      name: "upload_told_again",
      forget: ["sent", "idle"],
      details,
    };
  }
  if (uploading !== "complete") {
    return wait(uploading === "in_progress" ? "upload_in_progress" : "upload_status_unknown");
  }
  // Where it is worked on already, what is wrong with it is known before anybody could see it.
  if (processing === "in_progress") return wait("video_processing");
  return readyOf(work, now, { whole_at: new Date(now).toISOString() });
}

/** Its bytes did not come, or not whole: another is begun. What cannot be used stays so. Throws PlatformError. */
function failed(work: PublicationWork, status: VideoStatus): Prepared {
  const failure: PlatformFailure = {
    class: "never",
    scope: "publication",
    code: failureCode(status),
    message: status.message ?? `Facebook says of the video: ${status.word ?? "error"}`,
    raw: status.raw,
  };
  const again = countFact(work, "again");
  const mayPass = status.processing !== "error" && status.publishing !== "error";
  if (!mayPass || again >= MOST_AGAIN) throw new PlatformError(failure);
  return {
    state: "more",
    name: "upload_failed",
    facts: { again: again + 1 },
    forget: [...VIDEO_FACTS, "since"],
    seconds: 5 * (again + 1),
    details: { code: failure.code, message: failure.message },
  };
}

/** `video_processing`, `video_uploading`, `video_publishing`, or `video_<word>`. Pure. */
export function failureCode({ uploading, processing, publishing, word }: Omit<VideoStatus, "raw">): string {
  const phases = { processing, uploading, publishing };
  const at = Object.entries(phases).find(([, phase]) => phase === "error")?.[0];
  return `video_${at ?? word ?? "error"}`;
}

/** A commit has gone through that nobody knows of: there must not be a second. */
function alreadyThere({ raw }: VideoStatus): PlatformError {
  return new PlatformError({
    class: "unknown",
    scope: "publication",
    code: "already_published",
    message: "Facebook says that this video is published",
    raw,
  }, { isAmbiguous: true });
}
