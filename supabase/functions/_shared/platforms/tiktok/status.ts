/** How TikTok says that a post stands: `POST /v2/post/publish/status/fetch/`. */
import { z } from "zod";
import { looseId, looseText } from "../../providers/kit/fields.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import type { PublicationWork } from "../platform.ts";
import { askTikTok } from "./address.ts";
import { statusBody } from "./bodies.ts";
import { dataOf, questionOf } from "./failures.ts";
import { isDraft } from "./settings.ts";

const wholeNumber = z.number().int().nonnegative().nullish().catch(null);
const ids = z.array(looseId).nullish().catch(null);

const status = z.looseObject({
  status: looseText,
  fail_reason: looseText,
  // TikTok's own spelling, and the one that others expect. 64-bit numbers: they are kept as text.
  publicaly_available_post_id: ids,
  publicly_available_post_id: ids,
  uploaded_bytes: wholeNumber,
});

/** How an outcome is named until TikTok names the post: what it is posted by. Some posts never get another name. */
export const BY_PUBLISH = "publish:";

/** The name that TikTok knows of an outcome's. */
export function publishIdOf(id: string): string {
  return id.startsWith(BY_PUBLISH) ? id.slice(BY_PUBLISH.length) : id;
}

/** A post's state in TikTok's word, exactly; null where it says none. */
export interface PostStatus {
  word: string | null;
  failReason: string | null;
  /** Null until everybody may see it; a video has one. */
  postId: string | null;
  /** Of a file that is handed in; null: it does not say. */
  uploadedBytes: number | null;
  raw: unknown;
}

/** Asks how a post stands. Throws PlatformError when the question fails. */
export async function askStatus(
  work: PublicationWork,
  publishId: string,
  signal?: AbortSignal,
): Promise<PostStatus> {
  const json = statusBody.parse({ publish_id: publishId });
  const answer = await askTikTok(
    work.app,
    work.accessToken,
    { path: "/post/publish/status/fetch/", json },
    signal,
  );
  return statusOf(answer, isDraft(work));
}

/** Reads an answer. Throws PlatformError for one that tells nothing. Pure. */
export function statusOf(answer: PlatformAnswer, isDraftToo: boolean): PostStatus {
  const read = dataOf(
    answer,
    status,
    questionOf("status", isDraftToo),
    "TikTok did not say how the post stands",
  );
  const { publicaly_available_post_id: theirs, publicly_available_post_id: right } = read;
  const postId = [...theirs ?? [], ...right ?? []].find((id) => !!id && id !== "0") ?? null;
  return {
    word: read.status ?? null,
    failReason: read.fail_reason ?? null,
    postId,
    uploadedBytes: read.uploaded_bytes ?? null,
    raw: answer.raw,
  };
}

/**
 * How an upload of so many bytes stands. whole: TikTok waits for no more of it, and it is posted or will be · missing: it does ·
 * failed: nothing will come of it · unknown: the word is none that is known.
 */
export function standingOf(
  { word, uploadedBytes }: PostStatus,
  bytes: number,
): "whole" | "missing" | "failed" | "unknown" {
  switch (word) {
    case "PROCESSING_UPLOAD":
      return uploadedBytes !== null && uploadedBytes >= bytes ? "whole" : "missing";
    case "PUBLISH_COMPLETE":
    case "SEND_TO_USER_INBOX":
      return "whole";
    case "FAILED":
      return "failed";
    default:
      return "unknown";
  }
}
