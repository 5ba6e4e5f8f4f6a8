/** How a video stands at YouTube. */
import { z } from "zod";
import { givenId, looseText } from "../../providers/kit/fields.ts";
import { malformedAnswer } from "../kit/failures.ts";
import type { PublicationWork } from "../platform.ts";
import { askYouTube } from "./address.ts";
import { failureOf } from "./failures.ts";

const answer = z.looseObject({ items: z.array(z.unknown()).default([]) });
const item = z.looseObject({
  id: givenId,
  status: z.looseObject({
    uploadStatus: looseText,
    failureReason: looseText,
    rejectionReason: looseText,
  }).nullish().catch(null),
  processingDetails: z.looseObject({
    processingStatus: looseText,
    processingFailureReason: looseText,
  }).nullish().catch(null),
});

/** What YouTube says of a video; words that it uses are its own. */
export interface VideoStatus {
  /** Whether it is shown at all. */
  isListed: boolean;
  /** uploaded, processed, failed, rejected, deleted, or another word. */
  upload: string | null;
  /** processing, succeeded, failed, terminated, or another word. */
  processing: string | null;
  /** Why it failed or was rejected. */
  reason: string | null;
  raw: unknown;
}

/** Asks after a video. Throws PlatformError when the question fails. */
export async function readVideo(
  { app, accessToken }: Pick<PublicationWork, "app" | "accessToken">,
  id: string,
): Promise<VideoStatus> {
  const query = { part: "status,processingDetails", id };
  const got = await askYouTube(app, accessToken, { path: "/youtube/v3/videos", query });
  if (got.status !== 200) throw failureOf(got, "read");
  const status = videoStatusIn(got.body, id);
  if (!status) throw malformedAnswer("YouTube did not say how the video stands", got.raw);
  return { ...status, raw: got.raw };
}

/** What an answer says of a video; null where it is no list. Pure; never throws. */
export function videoStatusIn(body: unknown, id: string): Omit<VideoStatus, "raw"> | null {
  const { data } = answer.safeParse(body);
  if (!data) return null;
  const video = data.items.map((one) => item.safeParse(one).data).find((one) => one?.id === id);
  if (!video) return { isListed: false, upload: null, processing: null, reason: null };
  const { status, processingDetails } = video;
  return {
    isListed: true,
    upload: status?.uploadStatus ?? null,
    processing: processingDetails?.processingStatus ?? null,
    reason: status?.failureReason ?? status?.rejectionReason ??
      processingDetails?.processingFailureReason ?? null,
  };
}

/** Whether there is no video, and there will be none. */
export function isNothing({ upload }: Pick<VideoStatus, "upload">): boolean {
  return upload === "failed" || upload === "rejected" || upload === "deleted";
}
