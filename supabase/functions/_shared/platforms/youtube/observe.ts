/** What becomes of a video once YouTube has it: it is processed, and then its picture is set. */
import type { Observed, PublicationWork } from "../platform.ts";
import { permalinkOf } from "./address.ts";
import { setThumbnail } from "./thumbnail.ts";
import { optionOf } from "./video.ts";
import { readVideo, type VideoStatus } from "./video_status.ts";

/** In seconds since the commit. A list may be late by this much. */
const LISTED_BY_S = 60;
/** So long a long film may be processed, and is watched all the same: it is there, in whatever quality. */
const THERE_BY_S = 10 * 60;

/** Asks. Throws PlatformError when the question fails. */
export async function observeVideo(
  work: PublicationWork,
  id: string,
  now: number = Date.now(),
): Promise<Observed> {
  const status = await readVideo(work, id);
  const since = (now - Date.parse(work.committedAt ?? work.createdAt)) / 1000;
  const observed = observedBy(status, since);
  if (observed.state !== "published") return observed;
  const thumbnail = await setThumbnail(work, id, since);
  if (thumbnail.state === "later") {
    return { state: "processing", seconds: thumbnail.seconds, raw: status.raw };
  }
  const warnings = [
    ...observed.warnings ?? [],
    ...thumbnail.state === "refused" ? [thumbnail.warning] : [],
  ];
  return {
    state: "published",
    postId: id,
    permalink: permalinkOf(optionOf(work), id),
    ...warnings.length > 0 ? { warnings } : {},
    raw: status.raw,
  };
}

/** What a video's state says, `since` seconds after its commit. A word of no known meaning goes on. Pure. */
export function observedBy(
  { isListed, upload, processing, reason, raw }: VideoStatus,
  since: number,
): Observed {
  if (!isListed) {
    if (since < LISTED_BY_S) return { state: "processing", raw };
    return { state: "unknown", reason: "YouTube does not show the video", raw };
  }
  const published = { state: "published", postId: null, permalink: null, raw } as const;
  switch (upload) {
    case "processed":
      return published;
    case "failed":
    case "rejected":
    case "deleted":
      return failed(upload, reason, raw);
    case "uploaded":
      if (processing === "failed") return failed("processing_failed", reason, raw);
      if (since < THERE_BY_S) return { state: "processing", raw };
      return {
        ...published,
        warnings: [{ code: "still_processing", message: "It is there, and YouTube is still processing it" }],
      };
    default:
      return { state: "processing", raw };
  }
}

/** Never again: another upload would leave another dead video in the channel, and cost one of the day's. */
function failed(what: string, reason: string | null, raw: unknown): Observed {
  return {
    state: "failed",
    failure: {
      class: "never",
      scope: "publication",
      code: reason === null ? what : `${what}/${reason}`,
      message: `YouTube has made nothing of the video: ${what}${reason === null ? "" : ` (${reason})`}`,
    },
    raw,
  };
}
