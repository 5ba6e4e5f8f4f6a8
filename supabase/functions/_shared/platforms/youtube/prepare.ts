/** Preparing a video: a session, and all of its pieces but the last, one bounded act after the other. */
import { YOUTUBE_SCOPES } from "../../../../../shared/publishing/youtube_rules.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { missingScope } from "../kit/words.ts";
import { PlatformError, type Prepared, type PublicationMedia, type PublicationWork } from "../platform.ts";
import { beginSession } from "./begin_session.ts";
import { failureOf } from "./failures.ts";
import { forget, hear, isHeard } from "./heard.ts";
import {
  anew,
  goodUntil,
  MOST_STALLS,
  nextEnd,
  type OpenSession,
  openSessionOf,
  pieceBytesOf,
  SESSION,
  type Session,
  sessionOf,
} from "./session.ts";
import { type Heard, heardOf, preparePiece, probe } from "./session_calls.ts";
import { findUpload } from "./uploads.ts";
import { bodyOf, videoOf } from "./video.ts";
import { isNothing, readVideo } from "./video_status.ts";

const LONGEST_PAUSE_SECONDS = 30;
/** The piece was not of the place that YouTube wants, for all that its answer says. */
const OF_THE_PLACE: readonly number[] = [400, 409, 412, 416];

/** Does the next thing that has to be done before the last piece can be sent. Throws PlatformError. */
export async function prepareVideo(work: PublicationWork, signal: AbortSignal): Promise<Prepared> {
  bodyOf(work);
  const { scopes } = work.connection;
  const [upload] = YOUTUBE_SCOPES;
  if (scopes.length > 0 && !scopes.includes(upload)) throw new PlatformError(missingScope(upload));
  const video = videoOf(work);
  const session = openSessionOf(work, video.bytes);
  if (session === null) return await begin(work, video, signal);
  if (!isHeard(session.uri, session.sent)) {
    return await concluded(work, session, await probe(work, session, signal), "session_probed");
  }
  const end = nextEnd(session, pieceBytesOf(work.app));
  if (end === null) return { state: "ready" };
  return await sendPiece(work, video, session, end, signal);
}

async function begin(work: PublicationWork, video: PublicationMedia, signal: AbortSignal): Promise<Prepared> {
  const session = await beginSession(work, video, sessionOf(work, video.bytes), signal);
  hear(session.uri, 0);
  return act("session_begun", session, { bytes: session.bytes, session: session.session });
}

async function sendPiece(
  work: PublicationWork,
  video: PublicationMedia,
  session: OpenSession,
  end: number,
  signal: AbortSignal,
): Promise<Prepared> {
  const piece = await video.range(session.sent, end, signal);
  if (piece.length !== end - session.sent) {
    throw invalidInput(`${video.name} is not as long as it was said to be`, "media_refused");
  }
  const { contentType } = video;
  const call = preparePiece(work, session, { from: session.sent, piece, contentType, isCommit: false });
  // Unless it is answered, nobody knows how much of it has come.
  forget(session.uri);
  return await concluded(work, session, await call.send(signal), "piece_sent");
}

/** What an answer about the session comes to. */
async function concluded(
  work: PublicationWork,
  session: OpenSession,
  answer: PlatformAnswer,
  name: "session_probed" | "piece_sent",
): Promise<Prepared> {
  const heard = heardOf(answer, session.bytes);
  switch (heard.is) {
    case "open":
      return further(session, heard.sent, name);
    case "complete":
      return await complete(work, session, heard);
    case "gone":
      return await gone(work, session);
    case "other":
      if (name !== "piece_sent" || !OF_THE_PLACE.includes(answer.status)) throw failureOf(answer, "piece");
      return await misplaced(work, session, answer);
  }
}

/** YouTube has so much of it: more than before, or the same, or even less. */
function further(session: OpenSession, sent: number, name: string): Prepared {
  const isStalled = name === "piece_sent" && sent <= session.sent;
  const next = { ...session, sent, stalls: isStalled ? session.stalls + 1 : session.stalls };
  if (isStalled && next.stalls > MOST_STALLS) {
    throw new PlatformError({
      class: "backoff",
      scope: "publication",
      code: "upload_stalled",
      message: "YouTube keeps nothing of what it is sent",
    });
  }
  hear(session.uri, sent);
  const fresh = isStalled ? next : { ...next, stalls: sent > session.sent ? 0 : next.stalls };
  return {
    ...act(name, fresh, { sent, bytes: session.bytes }),
    ...isStalled ? { seconds: Math.min(2 ** next.stalls, LONGEST_PAUSE_SECONDS) } : {},
  };
}

/**
 * It has the whole video: an earlier commit went through after all. The next commit asks for its name and sends nothing; but
 * of a video that came to nothing another is made.
 */
async function complete(
  work: PublicationWork,
  session: OpenSession,
  { id }: Extract<Heard, { is: "complete" }>,
): Promise<Prepared> {
  const isSpent = id !== null && isNothing(await readVideo(work, id));
  if (isSpent) return renewed(session, "session_spent");
  hear(session.uri, session.bytes);
  return act("session_complete", { ...session, sent: session.bytes }, { sent: session.bytes });
}

/** It is lost: begun anew, unless a commit may have made a video of it. */
async function gone(work: PublicationWork, session: OpenSession): Promise<Prepared> {
  forget(session.uri);
  if (work.committedAt !== null && (await findUpload(work)).state !== "none") {
    throw new PlatformError({
      class: "unknown",
      scope: "publication",
      code: "upload_session_lost",
      message: "The upload session is gone, and the channel has a video that may be this one",
    }, { isAmbiguous: true });
  }
  return renewed(session, "session_lost");
}

/** YouTube refuses the piece for its place: it is asked what it wants. */
async function misplaced(
  work: PublicationWork,
  session: OpenSession,
  answer: PlatformAnswer,
): Promise<Prepared> {
  const failure = failureOf(answer, "piece");
  const isTold = failure.failure.class !== "never" && failure.failure.code !== "conflict";
  if (isTold || session.stalls >= MOST_STALLS) throw failure;
  const asked = heardOf(await probe(work, session), session.bytes);
  if (asked.is !== "open") throw failure;
  return further(session, asked.sent, "piece_sent");
}

function renewed(session: OpenSession, name: string): Prepared {
  return act(name, anew(session), { sent: session.sent, bytes: session.bytes });
}

function act(name: string, session: Session, details: Record<string, unknown>): Prepared & { state: "more" } {
  return { state: "more", name, facts: { [SESSION]: session }, until: goodUntil(session), details };
}
