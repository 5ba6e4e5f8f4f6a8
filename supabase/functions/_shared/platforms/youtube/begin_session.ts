/** Beginning an upload session. It makes no video, and costs one of the uploads that the project has for a day. */
import { malformedAnswer } from "../kit/failures.ts";
import type { PublicationMedia, PublicationWork } from "../platform.ts";
import { askYouTube } from "./address.ts";
import { failureOf } from "./failures.ts";
import { type OpenSession, type Session, sessionAddress } from "./session.ts";
import { bodyOf, settingsOf } from "./video.ts";

/** Begins a session. `before`: what is known of the one that was lost. Throws PlatformError. */
export async function beginSession(
  work: PublicationWork,
  video: PublicationMedia,
  before: Session | null,
  signal: AbortSignal,
): Promise<OpenSession> {
  const { notifySubscribers } = settingsOf(work);
  const answer = await askYouTube(work.app, work.accessToken, {
    path: "/upload/youtube/v3/videos",
    query: {
      uploadType: "resumable",
      part: "snippet,status",
      notifySubscribers: notifySubscribers === undefined ? undefined : String(notifySubscribers),
    },
    json: bodyOf(work),
    headers: {
      "x-upload-content-length": String(video.bytes),
      "x-upload-content-type": video.contentType,
    },
  }, signal);
  if (answer.status !== 200) throw failureOf(answer, "session");
  const location = answer.headers.get("location");
  if (location === null) throw malformedAnswer("YouTube began no upload", answer.raw);
  const begun_at = new Date().toISOString();
  return {
    uri: sessionAddress(work.app, location),
    bytes: video.bytes,
    sent: 0,
    first_at: before?.first_at ?? begun_at,
    begun_at,
    session: before?.session ?? 1,
    stalls: 0,
  };
}
