/** Sending a part of a video to where TikTok wants it, and what its answer says. */
import { isServersTrouble } from "../kit/failures.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import { type PlatformAnswer, prepareCall } from "../kit/platform_call.ts";
import { waitTold } from "../kit/told_wait.ts";
import { PlatformError, type PublicationWork } from "../platform.ts";
import type { Part } from "./parts.ts";
import type { UploadFact } from "./upload_facts.ts";

/** A part takes its time over a slow line. */
const TIMEOUT_MS = 120_000;

/** Reads a part and sends it, with no access: the address alone opens it. Throws PlatformError when no answer came. */
export async function sendPart(
  { app, media: [media] }: Pick<PublicationWork, "app" | "media">,
  { upload_url, bytes }: UploadFact,
  { from, to, isLast }: Part,
  signal: AbortSignal,
): Promise<PlatformAnswer> {
  if (!media) throw invalidInput("There is no video", "media_missing");
  const body = await media.range(from, to, signal);
  if (body.length !== to - from) {
    throw invalidInput(`${media.name} is not as long as it was said to be`, "media_refused");
  }
  const headers = {
    "content-type": media.contentType,
    "content-range": `bytes ${from}-${to - 1}/${bytes}`,
  };
  const call = prepareCall(app, {
    ...{ url: upload_url, method: "PUT", headers, body, timeoutMs: TIMEOUT_MS },
    isCommit: isLast,
    secrets: secretsOf(upload_url),
  });
  return await call.send(signal);
}

/** Of the whole length of the file, how many bytes TikTok says that it has; null: it does not say, or of another file. */
export function hasBytes({ headers }: PlatformAnswer, bytes: number): number | null {
  const [, last, total] = /^bytes 0-(\d{1,15})\/(\d{1,15})$/.exec(headers.get("content-range") ?? "") ?? [];
  if (last === undefined || Number(total) !== bytes) return null;
  // "The number of bytes uploaded" in the documentation, and the place of the last of them by HTTP's own rule.
  return Math.min(Number(last) === bytes - 1 ? bytes : Number(last), bytes);
}

/** Why a part was refused; the commit's last part is told by commit.ts. Pure. */
export function partRefused({ status, headers, raw }: PlatformAnswer): PlatformError {
  if (isServersTrouble(status)) {
    const message = `TikTok answered HTTP ${status} to a part of the video`;
    const failure = { class: "wait", scope: "publication", code: `http_${status}`, message, raw } as const;
    return new PlatformError(failure, { isUnreachable: true });
  }
  if (status === 429) {
    const message = "TikTok wants no more parts just now";
    return new PlatformError({
      ...{ class: "wait", scope: "publication", code: "rate_limited", message, raw },
      retryAfterMs: waitTold({ headers }, "wait").retryAfterMs ?? 60_000,
    });
  }
  const why = status === 403
    ? "the address that it was sent to is not good any more"
    : status === 404
    ? "TikTok knows no such upload"
    : status === 416
    ? "TikTok has another number of bytes"
    : `TikTok answered HTTP ${status}`;
  const code = UPLOAD_GONE.includes(status)
    ? "upload_gone"
    : status === 416
    ? "upload_out_of_step"
    : "upload_refused";
  const message = `A part of the video was refused: ${why}`;
  return new PlatformError({ class: "backoff", scope: "publication", code, message, raw });
}

/** The upload is over at TikTok: nothing more can be sent there. */
export const UPLOAD_GONE: readonly number[] = [403, 404];

function secretsOf(address: string): string[] {
  const url = new URL(address);
  return [address, ...url.searchParams.values()].filter((value) => value.length >= 8);
}
