/** What is known of a video that is handed to TikTok: one fact, so that whoever goes on knows how far it has come. */
import { z } from "zod";
import type { PublicationWork } from "../platform.ts";
import type { Parts } from "./parts.ts";

/** The fact's name. */
export const UPLOAD = "upload";

/** An upload that TikTok loses, or lets fail before it is whole, is begun anew so often. */
export const MOST_UPLOADS = 3;

const LIFE_MS = 60 * 60_000;
/** An upload's address is good for an hour; a part that is sent at its very end may come too late. */
const MARGIN_MS = 5 * 60_000;

const uploadFact = z.object({
  /** By which all that becomes of it is asked for. */
  publish_id: z.string().min(1),
  /** Where its parts are sent: who has it can hand them in. */
  upload_url: z.string().min(1),
  bytes: z.number().int(),
  chunk: z.number().int(),
  count: z.number().int(),
  /** How many bytes TikTok has of it. */
  sent: z.number().int(),
  /** Until when it is safe to send parts, ISO 8601. */
  good_until: z.string(),
  /** Which upload of this publication it is, from 1. */
  upload: z.number().int(),
  is_draft: z.boolean(),
  /** TikTok says that it has all of it: it is posted, or will be. */
  taken: z.boolean().default(false),
  /** The commit, by its time, after which TikTok still missed the last part. */
  tried: z.string().optional(),
});
export type UploadFact = z.infer<typeof uploadFact>;

/** Facts that were made by this very process: nothing was sent since of which it does not know what became. */
const ours = new WeakSet<object>();

/** What is known of the upload; null: nothing. */
export function uploadFactOf(facts: PublicationWork["facts"]): UploadFact | null {
  return uploadFact.safeParse(facts[UPLOAD]).data ?? null;
}

/** An upload that has begun just now. */
export function begunUpload(
  begun: Pick<UploadFact, "publish_id" | "upload_url" | "upload" | "is_draft">,
  { bytes, chunk, count }: Parts,
  now: number,
): UploadFact {
  const good_until = new Date(now + LIFE_MS - MARGIN_MS).toISOString();
  return { ...begun, bytes, chunk, count, sent: 0, good_until, taken: false };
}

/** The fact, noted as this process's own. */
export function own(fact: UploadFact): Record<string, UploadFact> {
  ours.add(fact);
  return { [UPLOAD]: fact };
}

/** Whether another worker may have sent a part since the fact was kept, and died: then TikTok knows more than it. */
export function isAnothers(facts: PublicationWork["facts"]): boolean {
  const fact = facts[UPLOAD];
  return typeof fact === "object" && fact !== null && !ours.has(fact);
}

export function hasExpired({ good_until }: UploadFact, now: number): boolean {
  return Date.parse(good_until) <= now;
}
