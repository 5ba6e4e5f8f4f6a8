/** What is done with a file on its way to X, each a call and what it comes to. All throw PlatformError. */
import { invalidInput } from "../kit/misconfigured.ts";
import type { PublicationMedia, PublicationWork } from "../platform.ts";
import { askX } from "./address.ts";
import { appendFields, initializeBody, metadataBody } from "./bodies.ts";
import { failureOf } from "./failures.ts";
import { goodUntil, uploadOf } from "./media_answers.ts";
import { anew, LIFE_SECONDS, type MediaFact, MOST_UPLOADS, PIECE_BYTES } from "./media_facts.ts";

/** A piece takes its time over a slow line. */
const PIECE_TIMEOUT_MS = 60_000;
/** X says of these that it has no such upload, or none that goes on. */
const OF_THE_UPLOAD: readonly number[] = [400, 404];

/** What an act came to: the file's new fact, what was done, and when to go on. */
export interface Act {
  name: string;
  fact: MediaFact;
  seconds?: number;
  details?: Record<string, unknown>;
}

/** What an upload is done with. */
export interface Upload {
  work: PublicationWork;
  media: PublicationMedia;
  /** Its place among the publication's files. */
  index: number;
  signal: AbortSignal;
}

/** Begins a file. `before`: what was known of it, where it is begun anew. */
export async function initialize(
  { work, media, index, signal }: Upload,
  before: MediaFact | null,
  now: number,
): Promise<Act> {
  const { upload, former } = before ?? { upload: 1, former: [] };
  const body = initializeBody.safeParse({
    media_type: media.contentType,
    total_bytes: media.bytes,
    media_category: categoryOf(media.contentType),
  });
  if (!body.success) {
    throw invalidInput(`X does not take ${media.name} (${media.contentType})`, "media_refused");
  }
  const path = "/2/media/upload/initialize";
  const answer = await askX(work.app, work.accessToken, { path, json: body.data }, signal);
  if (answer.status >= 300) throw failureOf(answer, "upload", work.connection.scopes);
  const { id, key, ...begun } = uploadOf(answer, now);
  return {
    name: "media_initialized",
    fact: {
      ...{ id, key, upload, bytes: media.bytes, sent: 0, state: "sending", former },
      good_until: begun.goodUntil ?? goodUntil(LIFE_SECONDS, now),
      alt: media.altText && !media.contentType.startsWith("video/") ? "due" : "set",
    },
    details: { file: index, bytes: media.bytes },
  };
}

/** Hands in the next piece. */
export async function append({ work, media, index, signal }: Upload, fact: MediaFact): Promise<Act> {
  const to = Math.min(fact.sent + PIECE_BYTES, fact.bytes);
  const piece = await media.range(fact.sent, to, signal);
  if (piece.length !== to - fact.sent) {
    throw invalidInput(`${media.name} is not as long as it was said to be`, "media_refused");
  }
  const fields = appendFields.parse({ segment_index: Math.floor(fact.sent / PIECE_BYTES) });
  const answer = await askX(work.app, work.accessToken, {
    path: `/2/media/upload/${fact.id}/append`,
    multipart: { ...fields, media: new File([piece], "media", { type: "application/octet-stream" }) },
    timeoutMs: PIECE_TIMEOUT_MS,
  }, signal);
  if (answer.status >= 300) throw failureOf(answer, "upload", work.connection.scopes);
  return {
    name: "media_appended",
    fact: { ...fact, sent: to },
    details: { file: index, sent: to, bytes: fact.bytes },
  };
}

/** Where X refuses it is asked how the upload stands: a worker that died may have finished it. */
export async function finalize(upload: Upload, fact: MediaFact): Promise<Act> {
  const { work, signal } = upload;
  const path = `/2/media/upload/${fact.id}/finalize`;
  const answer = await askX(work.app, work.accessToken, { path, method: "POST" }, signal);
  if (answer.status < 300) return told(upload, fact, "media_finalized", uploadOf(answer, Date.now()));
  const refusal = failureOf(answer, "upload", work.connection.scopes);
  if (!OF_THE_UPLOAD.includes(answer.status)) throw refusal;
  return await status(upload, fact, "media_finalized").catch(() => {
    throw refusal;
  });
}

/** Asks how a file stands. */
export async function status(upload: Upload, fact: MediaFact, name: string): Promise<Act> {
  const { work, signal } = upload;
  const query = { command: "STATUS", media_id: fact.id ?? "" };
  const answer = await askX(work.app, work.accessToken, { path: "/2/media/upload", query }, signal);
  if (answer.status >= 300) throw failureOf(answer, "upload", work.connection.scopes);
  return told(upload, fact, name, uploadOf(answer, Date.now()));
}

/** What X says of a file that it has whole. */
function told(
  { work, media, index }: Upload,
  fact: MediaFact,
  name: string,
  { state, key, checkAfter, progress, reason, ...said }: ReturnType<typeof uploadOf>,
): Act {
  const details = { file: index, ...progress === null ? {} : { progress } };
  if (state === "failed") {
    const why = reason ?? "X cannot process it";
    if (fact.upload >= MOST_UPLOADS) throw invalidInput(`${media.name}: ${why}`, "media_refused");
    return { name: "media_failed", fact: anew(fact), details: { ...details, reason: why } };
  }
  const isReady = state === "ready";
  return {
    name,
    fact: {
      ...fact,
      key: key ?? fact.key,
      good_until: said.goodUntil ?? fact.good_until,
      state,
      ...isReady && work.committedAt !== null ? { seen_after: work.committedAt } : {},
    },
    details,
    ...isReady ? {} : { seconds: checkAfter },
  };
}

/** Alternative text that X refuses is no reason not to publish. */
export async function describe({ work, media, index, signal }: Upload, fact: MediaFact): Promise<Act> {
  const json = metadataBody.parse({ id: fact.id, metadata: { alt_text: { text: media.altText ?? "" } } });
  const answer = await askX(work.app, work.accessToken, { path: "/2/media/metadata", json }, signal);
  if (answer.status < 300) {
    return { name: "alt_text_set", fact: { ...fact, alt: "set" }, details: { file: index } };
  }
  const error = failureOf(answer, "upload", work.connection.scopes);
  if (error.failure.class !== "never") throw error;
  const refusal = error.failure.message.slice(0, 500);
  return {
    name: "alt_text_refused",
    fact: { ...fact, alt: "refused", alt_refusal: refusal },
    details: { file: index },
  };
}

function categoryOf(contentType: string): string {
  return contentType.startsWith("video/")
    ? "tweet_video"
    : contentType === "image/gif"
    ? "tweet_gif"
    : "tweet_image";
}
