/** The last piece of the video: once YouTube has it, the video is there. */
import { malformedAnswer } from "../kit/failures.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import {
  type Committed,
  type FailureClass,
  PlatformError,
  type PreparedCommit,
  type PublicationWork,
} from "../platform.ts";
import { permalinkOf } from "./address.ts";
import { failureOf } from "./failures.ts";
import { forget } from "./heard.ts";
import { nextEnd, type OpenSession, openSessionOf, pieceBytesOf, sessionAddress } from "./session.ts";
import { heardOf, preparePiece } from "./session_calls.ts";
import { optionOf, videoOf } from "./video.ts";

/** When the rest is sent of what YouTube has kept a part of. */
const REST_MS = 2_000;

/** Builds the commit. Throws PlatformError where there can be none, with nothing sent. */
export function commitVideo(work: PublicationWork): PreparedCommit {
  const video = videoOf(work);
  const session = openSessionOf(work, video.bytes);
  if (session === null || nextEnd(session, pieceBytesOf(work.app)) !== null) {
    throw failed("backoff", "upload_unfinished", "There is more of the video to upload than its last piece");
  }
  sessionAddress(work.app, session.uri);
  return {
    send: async (signal) => {
      // Read before anything is sent: a file that cannot be read leaves nothing in doubt.
      const piece = await video.range(session.sent, session.bytes, signal);
      if (piece.length !== session.bytes - session.sent) {
        throw invalidInput(`${video.name} is not as long as it was said to be`, "media_refused");
      }
      const { contentType } = video;
      const call = preparePiece(work, session, { from: session.sent, piece, contentType, isCommit: true });
      // Whoever prepares it once more asks how far it has come.
      forget(session.uri);
      return committedBy(work, session, await call.send(signal));
    },
  };
}

/** What the answer to the last piece says. Throws PlatformError, ambiguous where the video may be there. Pure. */
export function committedBy(
  work: Pick<PublicationWork, "option" | "committedAt">,
  session: OpenSession,
  answer: PlatformAnswer,
): Committed {
  const { raw } = answer;
  const heard = heardOf(answer, session.bytes);
  switch (heard.is) {
    case "complete":
      if (heard.id === null) throw malformedAnswer("YouTube did not say which video it has", raw, true);
      return { id: heard.id, state: "processing", permalink: permalinkOf(optionOf(work), heard.id), raw };
    case "open":
      throw unfinished(session, heard.sent, raw);
    case "gone":
      // Nothing came of this piece. What came of those that were sent before it the session cannot say any more.
      if (work.committedAt === null) {
        throw failed("backoff", "upload_session_lost", "YouTube has lost the upload", raw);
      }
      throw doubtful("upload_session_lost", "YouTube does not know the upload any more", raw);
    case "other":
      throw failureOf(answer, "commit");
  }
}

/** YouTube wants more: there is no video, unless it says that it has every byte. */
function unfinished({ sent, bytes }: OpenSession, kept: number, raw: unknown): PlatformError {
  if (kept >= bytes) return doubtful("upload_unfinished", "YouTube has all of the video and names none", raw);
  const message = `YouTube has kept ${kept} of ${bytes} bytes`;
  return kept > sent
    ? failed("wait", "upload_unfinished", message, raw, REST_MS)
    : failed("backoff", "upload_unfinished", message, raw);
}

function failed(
  failureClass: FailureClass,
  code: string,
  message: string,
  raw?: unknown,
  retryAfterMs?: number,
): PlatformError {
  return new PlatformError({
    class: failureClass,
    scope: "publication",
    code,
    message,
    ...raw === undefined ? {} : { raw },
    ...retryAfterMs === undefined ? {} : { retryAfterMs },
  });
}

function doubtful(code: string, message: string, raw: unknown): PlatformError {
  return new PlatformError({ class: "unknown", scope: "publication", code, message, raw }, {
    isAmbiguous: true,
  });
}
