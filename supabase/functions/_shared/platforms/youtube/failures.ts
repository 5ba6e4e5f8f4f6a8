/** Why YouTube refused. */
import { YOUTUBE_SCOPES } from "../../../../../shared/publishing/youtube_rules.ts";
import { httpError, httpFailure, isServersTrouble } from "../kit/failures.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { waitTold } from "../kit/told_wait.ts";
import { missingScope } from "../kit/words.ts";
import { PlatformError, type PlatformFailure } from "../platform.ts";
import { QUOTA, SCOPE_MISSING, verdictOf, type YouTubeVerdict } from "./codes.ts";
import { nextPacificMidnight } from "./pacific_midnight.ts";
import { problemOf } from "./problem.ts";

/** What was asked: a session, a piece of the video, its last piece, the thumbnail, or something that only reads. */
export type Asked = "session" | "piece" | "commit" | "thumbnail" | "read";

/** Where nothing is said: limits of a minute are over by then. */
const MINUTE_MS = 60_000;
/** Our clock may be ahead of Google's: who asks before midnight waits another day. */
const AFTER_MIDNIGHT_MS = 60_000;

/**
 * The error of an answer that is one. A commit is in doubt after the server's own trouble, after an answer that is nobody's
 * refusal, and after a conflict.
 */
export function failureOf(answer: PlatformAnswer, asked: Asked, now: number = Date.now()): PlatformError {
  const { status } = answer;
  const problem = problemOf(answer);
  const message = (problem.message ?? `YouTube answered HTTP ${status}`).slice(0, 1_000);
  const verdict = verdictOf(status, problem);
  if (isServersTrouble(status)) {
    return httpError(answer, { class: "wait", message, code: verdict.code }, asked === "commit");
  }
  if (verdict.code === SCOPE_MISSING) {
    return new PlatformError(missingScope(YOUTUBE_SCOPES[asked === "read" ? 1 : 0], answer.raw));
  }
  const isDoubtful = asked === "commit" && (status < 400 || status === 409);
  const said = { ...verdict, message, ...heldUp(answer, verdict, asked, message, now) };
  return new PlatformError(
    httpFailure(answer, { ...said, class: isDoubtful ? "unknown" : verdict.class }),
    { isAmbiguous: isDoubtful },
  );
}

/** What a limit holds up, and for how long. Who has read too much may still publish. */
function heldUp(
  { headers }: PlatformAnswer,
  { class: failureClass, scope, code, retryAfterMs }: YouTubeVerdict,
  asked: Asked,
  message: string,
  now: number,
): Partial<PlatformFailure> {
  if (failureClass !== "wait") return {};
  const isOfVideos = asked === "session" || asked === "piece" || asked === "commit";
  const held = isOfVideos ? scope : "publication" as const;
  if (code === QUOTA) {
    return { scope: held, retryAfterMs: nextPacificMidnight(now) - now + AFTER_MIDNIGHT_MS };
  }
  const told = waitTold({ headers, message }, "wait", now).retryAfterMs;
  return { scope: held, retryAfterMs: told ?? retryAfterMs ?? MINUTE_MS };
}
