/** What becomes of a post that TikTok has taken, and of a commit whose answer was lost: both by the name that TikTok gave. */
import { factOf } from "../kit/words.ts";
import type { PublicationWarning } from "../../../../../shared/rows/publication.ts";
import { type Observed, PlatformError, type PublicationWork, type Reconciled } from "../platform.ts";
import { permalinkOf } from "./address.ts";
import { failedFor } from "./failures.ts";
import { isDraft } from "./settings.ts";
import { askStatus, BY_PUBLISH, type PostStatus, publishIdOf, standingOf } from "./status.ts";
import { uploadFactOf } from "./upload_facts.ts";

/** TikTok takes half a minute and more, and may be asked 30 times a minute. */
const AGAIN_SECONDS = 5;
/** Moderation "usually finishes within one minute", and names the post then. So long its name is waited for. */
const MODERATION_MS = 2 * 60_000;
const MODERATED_AGAIN_SECONDS = 15;

/** By these TikTok says that it has forgotten a name, or that it is not this account's: nothing of the post itself. */
const NAMELESS: readonly string[] = ["invalid_publish_id", "token_not_authorized_for_specified_publish_id"];

/** Asks how the post stands. Throws PlatformError when the question fails. */
export async function observePost(work: PublicationWork, id: string): Promise<Observed> {
  let status: PostStatus;
  try {
    status = await askStatus(work, publishIdOf(id));
  } catch (error) {
    const isNameless = error instanceof PlatformError && NAMELESS.includes(error.failure.code);
    if (!isNameless) throw error;
    return { state: "unknown", reason: `TikTok says: ${error.failure.code}`, raw: error.failure.raw };
  }
  return observedBy(work, status, Date.now());
}

/** What a status says of a post. Pure. */
export function observedBy(work: PublicationWork, status: PostStatus, now: number): Observed {
  const { word, failReason, postId, raw } = status;
  switch (word) {
    case "PUBLISH_COMPLETE":
      return isBeingModerated(work, postId, now)
        ? { state: "processing", seconds: MODERATED_AGAIN_SECONDS, raw }
        : publishedAs(work, postId, raw);
    case "SEND_TO_USER_INBOX":
      if (isDraft(work)) return { ...nameless(raw), warnings: [TO_BE_FINISHED] };
      return {
        state: "unknown",
        reason: "TikTok has laid it in the creator's inbox, and was not asked to",
        raw,
      };
    case "FAILED":
      return { state: "failed", failure: failedFor(failReason, raw), raw };
    default:
      // PROCESSING_UPLOAD, PROCESSING_DOWNLOAD, and whatever word comes next.
      return { state: "processing", seconds: AGAIN_SECONDS, raw };
  }
}

/** What everybody may see is named when TikTok has looked at it. */
function isBeingModerated(
  { content, committedAt }: PublicationWork,
  postId: string | null,
  now: number,
): boolean {
  const since = Date.parse(committedAt ?? "");
  return postId === null && content.settings.privacy === "PUBLIC_TO_EVERYONE" && now - since < MODERATION_MS;
}

const TO_BE_FINISHED: PublicationWarning = {
  code: "finish_in_tiktok",
  message: "It lies in the creator's TikTok inbox, and is posted when it is finished there",
};

function nameless(raw: unknown): Extract<Observed, { state: "published" }> {
  return { state: "published", postId: null, permalink: null, raw };
}

function publishedAs(work: PublicationWork, postId: string | null, raw: unknown): Observed {
  if (postId === null) {
    const message = work.content.settings.privacy === "PUBLIC_TO_EVERYONE"
      ? "It is posted, and TikTok names it when it has been moderated"
      : "It is posted, and TikTok names no post that is not for everybody";
    return { ...nameless(raw), warnings: [{ code: "permalink_unavailable", message }] };
  }
  const creator = factOf(work.facts, "creator", isRecord)?.username;
  const username = typeof creator === "string" ? creator : nameOf(work.connection.settings);
  const kind = work.option === "tiktok_photo" ? "photo" : "video";
  return { state: "published", postId, permalink: permalinkOf(username, kind, postId), raw };
}

/**
 * What became of a commit whose answer was lost. A video's upload has a name of its own before its last part is sent; photos are
 * named by the very answer that was lost. Throws PlatformError when TikTok does not tell.
 */
export async function reconcilePost(work: PublicationWork): Promise<Reconciled> {
  const fact = uploadFactOf(work.facts);
  if (fact === null) {
    const reason = work.option === "tiktok_photo"
      ? "TikTok tells of photos by a name alone that was in the lost answer"
      : "Nothing is known any more by which TikTok could be asked";
    return { state: "unknown", reason, isForGood: true, raw: null };
  }
  const status = await askStatus(work, fact.publish_id);
  const { raw } = status;
  switch (standingOf(status, fact.bytes)) {
    case "whole":
    case "failed": // it was taken, and nothing came of it: `observe` says why
      return { state: "there", id: BY_PUBLISH + fact.publish_id, raw };
    case "missing":
      return { state: "not_there", raw };
    case "unknown":
      return { state: "unknown", reason: `TikTok says ${status.word ?? "nothing"} of it`, raw };
  }
}

function nameOf({ username }: Record<string, unknown>): string | null {
  return typeof username === "string" ? username : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
