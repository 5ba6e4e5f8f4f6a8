/**
 * A video on its way to TikTok: begun, then sent part by part, each an act of its own, so that a worker that dies costs one
 * part at the most. The last part is the commit: see commit.ts.
 */
import { PlatformError, type Prepared, type PublicationWork } from "../platform.ts";
import { beginUpload } from "./begin_upload.ts";
import { partAt, partsOf } from "./parts.ts";
import { hasBytes, partRefused, sendPart, UPLOAD_GONE } from "./send_part.ts";
import { isDraft } from "./settings.ts";
import { askStatus, type PostStatus, standingOf } from "./status.ts";
import {
  hasExpired,
  isAnothers,
  MOST_UPLOADS,
  own,
  UPLOAD,
  type UploadFact,
  uploadFactOf,
} from "./upload_facts.ts";

/** When a word is none that is known, and when TikTok has another number of bytes than was sent. */
const LOOK_AGAIN_SECONDS = 5;
/** The fact that says how many uploads there were. */
const UPLOADS = "uploads";

/** Does the next thing for the video; `ready` when its last part alone is missing. Throws PlatformError. */
export async function nextUploadAct(work: PublicationWork, signal: AbortSignal): Promise<Prepared> {
  const fact = uploadFactOf(work.facts);
  if (fact === null || !isOf(work, fact)) return await beginUpload(work, uploadsOf(work) + 1, signal);
  if (fact.taken) return { state: "ready" };
  if (isAnothers(work.facts)) return afterLook(work, fact, await askStatus(work, fact.publish_id, signal));
  if (hasExpired(fact, Date.now())) return anew(fact, "upload_expired");
  const part = partAt(fact, fact.sent);
  if (part === null) return anew(fact, "upload_out_of_step");
  return part.isLast ? { state: "ready" } : await sendNext(work, fact, signal);
}

/** Sends the next part. Where TikTok says that it has more or less of the file, that is gone by. */
async function sendNext(work: PublicationWork, fact: UploadFact, signal: AbortSignal): Promise<Prepared> {
  const part = partAt(fact, fact.sent);
  if (part === null) return anew(fact, "upload_out_of_step");
  const answer = await sendPart(work, fact, part, signal);
  const { status } = answer;
  if (status >= 200 && status < 300) return sentTo(fact, part.to, "part_sent");
  if (status === 416) {
    const has = hasBytes(answer, fact.bytes);
    // Another worker's part came after all, or TikTok has lost one.
    if (has !== null && has !== fact.sent && partAt(fact, has) !== null) {
      return sentTo(fact, has, "part_known");
    }
    const looked = await askStatus(work, fact.publish_id, signal);
    return afterLook(work, fact, looked, { isRefused: true });
  }
  if (UPLOAD_GONE.includes(status)) return anew(fact, "upload_gone");
  throw partRefused(answer);
}

/**
 * What follows from how the upload stands, where it is not known what became of the part that was sent last. `isRefused`: TikTok
 * has refused what follows on what we know. Pure. Throws PlatformError.
 */
export function afterLook(
  work: PublicationWork,
  fact: UploadFact,
  status: PostStatus,
  { isRefused = false }: { isRefused?: boolean } = {},
): Prepared {
  switch (standingOf(status, fact.bytes)) {
    case "whole":
      return { state: "ready", facts: own({ ...fact, sent: fact.bytes, taken: true }) };
    case "failed":
      return anew(fact, "upload_failed", { reason: status.failReason });
    case "unknown":
      return {
        state: "more",
        name: "upload_state_unknown",
        seconds: LOOK_AGAIN_SECONDS,
        details: { status: status.word },
      };
    case "missing": {
      if (hasExpired(fact, Date.now())) return anew(fact, "upload_expired");
      if (isSpent(work, fact)) return anew(fact, "upload_spent");
      const seen = work.committedAt === null ? fact : { ...fact, tried: fact.tried ?? work.committedAt };
      const has = status.uploadedBytes ?? 0;
      if (has > fact.sent && partAt(fact, has) !== null) return sentTo(seen, has, "part_known");
      // What TikTok counts may come late: what was kept here it has said itself.
      return isRefused ? anew(fact, "upload_out_of_step") : sentTo(seen, fact.sent, "upload_seen");
    }
  }
}

/** Two commits were sent with it, and TikTok has taken neither: it takes no more of it. */
function isSpent({ committedAt }: PublicationWork, { tried }: UploadFact): boolean {
  return committedAt !== null && tried !== undefined && tried !== committedAt;
}

function sentTo(fact: UploadFact, sent: number, name: string): Prepared {
  return {
    state: "more",
    name,
    facts: own({ ...fact, sent }),
    details: { sent, bytes: fact.bytes },
  };
}

/** Begins the upload anew: TikTok has lost it, or will take no more of it. Throws PlatformError when that happens too often. */
function anew(
  { upload, publish_id }: UploadFact,
  name: string,
  details: Record<string, unknown> = {},
): Prepared {
  // That its hour is over is nobody's fault.
  const uploads = name === "upload_expired" ? upload - 1 : upload;
  if (uploads >= MOST_UPLOADS) {
    const message = "TikTok has lost the video again and again";
    throw new PlatformError({ class: "backoff", scope: "publication", code: name, message });
  }
  return {
    state: "more",
    name,
    forget: [UPLOAD],
    facts: { [UPLOADS]: uploads },
    details: { publish_id, ...details },
  };
}

function uploadsOf({ facts }: PublicationWork): number {
  const uploads = facts[UPLOADS];
  return typeof uploads === "number" && Number.isInteger(uploads) ? uploads : 0;
}

/** Whether it is an upload of this very file, cut as files are cut here, in this way of posting. */
function isOf(work: PublicationWork, fact: UploadFact): boolean {
  const bytes = work.media[0]?.bytes ?? 0;
  const { chunk, count } = partsOf(bytes);
  return fact.bytes === bytes && fact.chunk === chunk && fact.count === count &&
    fact.is_draft === isDraft(work);
}
