/** Failures that every platform tells the same way. */
import { type FailureClass, PlatformError, type PlatformFailure } from "../platform.ts";
import type { PlatformAnswer } from "./platform_call.ts";
import { waitTold } from "./told_wait.ts";

/** A verdict on an answer: all of a failure but what the answer itself says. */
export type Said = Pick<PlatformFailure, "class" | "message"> & Partial<PlatformFailure>;

/**
 * What an HTTP error says: its status for a code unless the platform has one of its own, and how long to wait unless
 * `said` knows better. It holds up the publication alone unless `said` names another scope.
 */
export function httpFailure({ status, headers, raw }: PlatformAnswer, said: Said): PlatformFailure {
  const told = said.retryAfterMs === undefined
    ? waitTold({ headers, message: said.message }, said.class)
    : {};
  return { scope: "publication", code: `http_${status}`, raw, ...told, ...said };
}

/** Whether a status tells of the server's own trouble, whatever was asked: such an answer is weather. */
export function isServersTrouble(status: number): boolean {
  return status >= 500 || status === 408;
}

/**
 * The error that an HTTP error is. Where it is weather the publication waits, whatever class it has otherwise, and a
 * commit may have been taken all the same: of class unknown.
 */
export function httpError(answer: PlatformAnswer, said: Said, isCommit = false): PlatformError {
  const isUnreachable = isServersTrouble(answer.status);
  const isAmbiguous = isCommit && isUnreachable;
  const weather: FailureClass = isAmbiguous ? "unknown" : "wait";
  const failure = httpFailure(
    answer,
    isUnreachable ? { ...said, class: weather, scope: "publication" } : said,
  );
  return new PlatformError(failure, { isAmbiguous, isUnreachable });
}

/** An answer that is not of the documented shape. After a commit it leaves open whether it went through. */
export function malformedAnswer(message: string, raw: unknown, isAmbiguous = false): PlatformError {
  const failureClass: FailureClass = isAmbiguous ? "unknown" : "backoff";
  return new PlatformError(
    { class: failureClass, scope: "publication", code: "malformed_answer", message, raw },
    { isAmbiguous },
  );
}

/** The grant is over: its owner has to connect the account again. */
export function grantGone(message: string, raw?: unknown): PlatformError {
  return new PlatformError({
    class: "reconnect",
    scope: "connection",
    code: "grant_gone",
    message,
    ...raw === undefined ? {} : { raw },
  });
}
