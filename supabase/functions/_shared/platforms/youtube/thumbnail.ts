/** The picture of a video. That YouTube does not take it is no reason for the video not to be published. */
import type { PublicationWarning } from "../../../../../shared/rows/publication.ts";
import { PlatformError, type PublicationWork } from "../platform.ts";
import { askYouTube } from "./address.ts";
import { ACCESS_REFUSED } from "./codes.ts";
import { failureOf } from "./failures.ts";
import { pictureOf, type Placed } from "./video.ts";

/** So long after the commit it is tried again, in seconds; limits of a day are not waited for. */
const TRIED_FOR_S = 5 * 60;
const AGAIN_SECONDS = 10;
const TIMEOUT_MS = 60_000;

/** What came of it. later: it may go well in so many seconds. */
export type Thumbnail =
  | { state: "none" | "set" }
  | { state: "later"; seconds: number }
  | { state: "refused"; warning: PublicationWarning };

/** Sets it; the same again is the same. `since`: seconds since the commit. Throws PlatformError where the access is refused. */
export async function setThumbnail(
  work: PublicationWork,
  videoId: string,
  since: number,
): Promise<Thumbnail> {
  if (work.content.mediaFiles.length < 2) return { state: "none" };
  const picture = pictureOf(work);
  if (picture === null) {
    if (since < TRIED_FOR_S) return { state: "later", seconds: AGAIN_SECONDS };
    return refused("The picture could not be read", null);
  }
  try {
    await send(work, videoId, picture);
    return { state: "set" };
  } catch (error) {
    if (!(error instanceof PlatformError)) {
      if (since < TRIED_FOR_S) return { state: "later", seconds: AGAIN_SECONDS };
      return refused("The picture could not be read", picture.index);
    }
    const { failure, isUnreachable } = error;
    if (failure.code === ACCESS_REFUSED) throw error;
    const mayPass = isUnreachable || failure.class === "backoff" || failure.class === "wait";
    const seconds = Math.max(Math.ceil((failure.retryAfterMs ?? 0) / 1000), AGAIN_SECONDS);
    if (mayPass && since + seconds < TRIED_FOR_S) return { state: "later", seconds };
    return refused(`${failure.code}: ${failure.message}`, picture.index);
  }
}

async function send(work: PublicationWork, videoId: string, { media }: Placed): Promise<void> {
  const body = await media.range(0, media.bytes);
  const answer = await askYouTube(work.app, work.accessToken, {
    path: "/upload/youtube/v3/thumbnails/set",
    query: { videoId, uploadType: "media" },
    headers: { "content-type": media.contentType },
    body,
    timeoutMs: TIMEOUT_MS,
  });
  if (answer.status !== 200) throw failureOf(answer, "thumbnail");
}

function refused(why: string, index: number | null): Thumbnail {
  return {
    state: "refused",
    warning: {
      code: "thumbnail_refused",
      message: `It has a picture of YouTube's choosing. ${why}`.slice(0, 500),
      ...index === null ? {} : { field: `mediaFiles.${index}` },
    },
  };
}
