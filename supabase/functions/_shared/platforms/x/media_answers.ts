/** What X answers about an upload. */
import { z } from "zod";
import { malformedAnswer } from "../kit/failures.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { givenId, looseText } from "../../providers/kit/fields.ts";

const wholeNumber = z.number().int().nullish().catch(null);

const upload = z.looseObject({
  data: z.looseObject({
    id: givenId,
    media_key: looseText,
    expires_after_secs: wholeNumber,
    processing_info: z.looseObject({
      state: looseText,
      check_after_secs: wholeNumber,
      progress_percent: wholeNumber,
      error: z.looseObject({ name: looseText, message: looseText }).nullish().catch(null),
    }).nullish().catch(null),
  }),
});

/** An upload as X tells it. */
export interface UploadAnswer {
  id: string;
  key: string | null;
  /** Until when it is safe to post with it, ISO 8601; null: X does not say. */
  goodUntil: string | null;
  state: "ready" | "processing" | "failed";
  /** When to ask again, in seconds, while it is processed. */
  checkAfter: number;
  progress: number | null;
  /** Why it failed, in X's words. */
  reason: string | null;
}

const LONGEST_LIFE_SECONDS = 30 * 86_400;
/** So long before X drops an upload it is not used any more; of a short life, half. */
const MARGIN_SECONDS = 10 * 60;
const CHECK_SECONDS = { min: 1, default: 5, max: 60 };

/** Reads an answer. A state of no known name goes on: it is asked again. Throws PlatformError for one without an id. */
export function uploadOf({ body, raw }: Pick<PlatformAnswer, "body" | "raw">, now: number): UploadAnswer {
  const read = upload.safeParse(body);
  if (!read.success) throw malformedAnswer("X named no upload", raw);
  const { id, media_key, expires_after_secs, processing_info: info } = read.data.data;
  const life = expires_after_secs && expires_after_secs > 0 ? expires_after_secs : null;
  const check = info?.check_after_secs ?? CHECK_SECONDS.default;
  return {
    id,
    key: media_key ?? null,
    goodUntil: life === null ? null : goodUntil(life, now),
    state: !info || info.state === "succeeded" ? "ready" : info.state === "failed" ? "failed" : "processing",
    checkAfter: Math.min(Math.max(check, CHECK_SECONDS.min), CHECK_SECONDS.max),
    progress: info?.progress_percent ?? null,
    reason: info?.error?.message ?? info?.error?.name ?? null,
  };
}

/** Until when an upload is used that lives for so many seconds from now, ISO 8601. */
export function goodUntil(seconds: number, now: number): string {
  const life = Math.min(seconds, LONGEST_LIFE_SECONDS);
  return new Date(now + Math.max(life - MARGIN_SECONDS, life / 2) * 1000).toISOString();
}
