/** What is done with a file on its way to LinkedIn, each a call and what it comes to. All throw PlatformError. */
import { isServersTrouble } from "../kit/failures.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import { callPlatform } from "../kit/platform_call.ts";
import { PlatformError, type PublicationMedia, type PublicationWork } from "../platform.ts";
import { askLinkedIn } from "./address.ts";
import { finalizeBody, initializeBody, initializeVideoBody } from "./bodies.ts";
import { failureOf, isSuccess } from "./failures.ts";
import { begunBy } from "./media_answers.ts";
import { anew, type MediaFact, MOST_ADDRESSES, MOST_UPLOADS, type PartsFact } from "./media_facts.ts";
import { type MediaKind, PATHS } from "./media_kinds.ts";

/** A part takes its time over a slow line; a document of a hundred megabytes more of it. */
const PART_TIMEOUT_MS = 90_000;
const PIECE_BYTES = 4 * 1024 * 1024;

/** What an act came to: the file's new fact, where its parts go, what was done, and when to go on. */
export interface Act {
  name: string;
  fact: MediaFact;
  parts?: PartsFact;
  seconds?: number;
  details?: Record<string, unknown>;
}

/** What an upload is done with. */
export interface Upload {
  work: PublicationWork;
  media: PublicationMedia;
  kind: MediaKind;
  /** Its place among the publication's files. */
  index: number;
  signal: AbortSignal;
}

/** Begins a file. `before`: what was known of it, where it is begun anew. */
export async function initialize(
  { work, media: { bytes }, kind, index, signal }: Upload,
  before: MediaFact | null,
  now: number,
): Promise<Act> {
  const owner = work.connection.externalId;
  const json = kind === "video"
    ? initializeVideoBody.parse({
      initializeUploadRequest: { owner, fileSizeBytes: bytes, uploadCaptions: false, uploadThumbnail: false },
    })
    : initializeBody.parse({ initializeUploadRequest: { owner } });
  const path = `${PATHS[kind]}?action=initializeUpload`;
  const answer = await askLinkedIn(work, { path, json }, "upload", signal);
  const { goodUntil, ...parts } = begunBy(answer, { app: work.app, kind, bytes, now });
  return {
    name: "media_initialized",
    fact: {
      ...{ urn: parts.urn, bytes, etags: [], state: "sending", good_until: goodUntil, whole_at: null },
      ...{ upload: before?.upload ?? 1, former: before?.former ?? [], unseen: before?.unseen ?? false },
      seen_after: before?.seen_after ?? null,
    },
    parts,
    details: { file: index, bytes, parts: parts.parts.length },
  };
}

/** Sends the next part, exactly as long as LinkedIn wants it, to where it wants it. */
export async function sendPart(
  { work, media, kind, index, signal }: Upload,
  fact: MediaFact,
  { parts }: PartsFact,
): Promise<Act> {
  const part = parts[fact.etags.length];
  if (!part) throw invalidInput(`${media.name} has no further part`, "media_refused");
  const body = await bytesOf(media, part, signal);
  const answer = await callPlatform(work.app, {
    url: part.url,
    method: "PUT",
    headers: {
      "content-type": "application/octet-stream",
      // The addresses of a film's parts are signed; the other two kinds ask for the access besides.
      ...kind === "video" ? {} : { authorization: `Bearer ${work.accessToken}` },
    },
    body,
    timeoutMs: PART_TIMEOUT_MS,
    secrets: [work.accessToken],
  }, signal);
  const details = { file: index, sent: part.to, bytes: fact.bytes };
  if (!isSuccess(answer)) return lost(answer, fact, details);
  const etag = etagOf(answer.headers.get("etag"));
  if (kind === "video" && etag === "") {
    throw failureOf({ ...answer, status: 502 }, "upload"); // without its name it cannot be put together
  }
  const etags = [...fact.etags, etag];
  const isWhole = etags.length === parts.length;
  const state = !isWhole ? "sending" : kind === "video" ? "sent" : "processing";
  const whole_at = isWhole ? new Date().toISOString() : null;
  return { name: "media_part_sent", fact: { ...fact, etags, state, whole_at }, details };
}

/** An address that is refused has ended, has its file already, or its upload is gone: the file is begun anew. */
function lost(
  answer: Parameters<typeof failureOf>[0],
  fact: MediaFact,
  details: Record<string, unknown>,
): Act {
  const { status } = answer;
  const refusal = failureOf(answer, "upload");
  const isOfTheAddress = status >= 400 && !isServersTrouble(status) && status !== 401 && status !== 429;
  if (!isOfTheAddress) throw refusal;
  const most = [403, 404, 410].includes(status) ? MOST_ADDRESSES : MOST_UPLOADS;
  if (fact.upload < most) return { name: "media_lost", fact: anew(fact), details };
  const { message, raw } = refusal.failure;
  throw new PlatformError({ class: "never", scope: "publication", code: "media_refused", message, raw });
}

/** Puts a film together. Safe to repeat. */
export async function finalize(
  { work, index, signal }: Upload,
  fact: MediaFact,
  { token }: PartsFact,
): Promise<Act> {
  const json = finalizeBody.parse({
    finalizeUploadRequest: { video: fact.urn, uploadToken: token, uploadedPartIds: fact.etags },
  });
  await askLinkedIn(work, { path: "/rest/videos?action=finalizeUpload", json }, "upload", signal);
  return {
    name: "media_finalized",
    fact: { ...fact, state: "processing", whole_at: new Date().toISOString() },
    details: { file: index },
  };
}

/** The bytes of a part; of a long one by pieces, so that it lies in memory once. */
async function bytesOf(
  media: PublicationMedia,
  { from, to }: { from: number; to: number },
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let at = from; at < to; at += PIECE_BYTES) {
    const end = Math.min(at + PIECE_BYTES, to);
    const piece = await media.range(at, end, signal);
    if (piece.length !== end - at) {
      throw invalidInput(`${media.name} is not as long as it was said to be`, "media_refused");
    }
    pieces.push(piece);
  }
  return pieces.length === 1 && pieces[0] ? pieces[0] : new Blob(pieces);
}

/** As it is named when the parts are put together: without the quotes of HTTP. */
function etagOf(header: string | null): string {
  return (header ?? "").trim().replace(/^(?:W\/)?"(.*)"$/, "$1");
}
