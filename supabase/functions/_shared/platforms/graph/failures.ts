/** What an answer of the Graph API that is no success says. Pure. */
import { httpError, isServersTrouble } from "../kit/failures.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { waitOf, waitTold } from "../kit/told_wait.ts";
import { type FailureClass, PlatformError, type PlatformFailure } from "../platform.ts";
import { type GraphError, graphErrorOf, isObject } from "./graph_error.ts";
import type { Meaning, MeaningOf } from "./meaning.ts";
import { isAppUsedUp, regainMs } from "./usage.ts";

const RATE_LIMITED_MS = 10 * 60_000;

/** Reads the failures of a platform. */
export interface GraphFailures {
  /** The error that an answer is. `isCommit`: it is unknown what became of it, unless the answer is a refusal for certain. */
  failureOf(answer: PlatformAnswer, about?: { isCommit?: boolean }): PlatformError;
  /** After so many seconds another container may do better than one that failed with this code; undefined: none will. */
  recreateAfterOf(failure: Pick<PlatformFailure, "code">): number | undefined;
}

/** Whether an answer is a success: HTTP says so, and its body is an object that speaks of no error. */
export function isSuccess({ status, body }: PlatformAnswer): boolean {
  return status >= 200 && status <= 299 && isObject(body) && graphErrorOf(body) === null;
}

/** The failures of the platform of this name, by its tables. */
export function graphFailures(name: string, meaningOf: MeaningOf): GraphFailures {
  const statuses = statusesOf(name);

  function failureOf(answer: PlatformAnswer, { isCommit = false } = {}): PlatformError {
    const error = graphErrorOf(answer.body);
    const meaning = verdictOf(answer.status, error);
    const failure = failureSaid(answer, error, meaning);
    // Of codes 1 and 2 and of those that nobody knows, a server in trouble may say any.
    const isTheirs = meaning === undefined || meaning.class === "backoff";
    if (isTheirs && isServersTrouble(answer.status)) return httpError(answer, failure, isCommit);
    const isAmbiguous = isCommit && !(meaning?.isRefusal ?? false);
    return new PlatformError(isAmbiguous ? { ...failure, class: "unknown" } : failure, { isAmbiguous });
  }

  function verdictOf(status: number, error: GraphError | null): Meaning | undefined {
    const known = error ? meaningOf(error.code, error.subcode, error.word) : undefined;
    if (known?.class === "never" && known.recreateAfter === undefined && error?.isTransient) {
      return { ...known, class: "backoff" };
    }
    // Without a code that is known, HTTP's status says what it is.
    return known ?? statuses[status];
  }

  function failureSaid(
    answer: PlatformAnswer,
    error: GraphError | null,
    meaning: Meaning | undefined,
  ): PlatformFailure {
    // Read of what can be kept: it may repeat what it was sent, tokens among it.
    const said = graphErrorOf(answer.raw);
    const message = said?.message || meaning?.words || said?.word ||
      `${name} answered with HTTP ${answer.status}`;
    // Those who are not known are tried again: backoff ends by itself.
    const failureClass = meaning?.class ?? "backoff";
    const retryAfterMs = waitSaid(answer, message, failureClass) ?? meaning?.retryAfterMs;
    return {
      class: failureClass,
      scope: scopeSaid(answer, meaning),
      code: meaning?.code ?? codeOf(answer.status, error),
      message,
      raw: answer.raw,
      ...retryAfterMs === undefined ? {} : { retryAfterMs },
    };
  }

  return {
    failureOf,
    recreateAfterOf({ code }) {
      const [main = "", sub = ""] = code.split("/");
      return meaningOf(numberIn(main), numberIn(sub))?.recreateAfter;
    },
  };
}

function statusesOf(name: string): Readonly<Record<number, Meaning>> {
  return {
    401: {
      class: "reconnect",
      scope: "connection",
      words: `${name} does not take this access any more: connect the account again`,
      isRefusal: true,
    },
    426: {
      class: "pause",
      scope: "platform",
      words: "This version of the Graph API is not served any more",
      isRefusal: true,
    },
    429: {
      class: "wait",
      scope: "connection",
      words: "Too much was asked for this account",
      retryAfterMs: RATE_LIMITED_MS,
      isRefusal: true,
    },
  };
}

function numberIn(text: string): number | null {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : null;
}

/** `190/463`, `190`, or `http_503`. */
function codeOf(status: number, error: GraphError | null): string {
  if (error === null || error.code === null) return `http_${status}`;
  return error.subcode === null ? `${error.code}` : `${error.code}/${error.subcode}`;
}

/** Whom a failure holds up: where the app has used up all that it may ask, and no account has, that is everybody. */
function scopeSaid({ headers }: PlatformAnswer, meaning: Meaning | undefined): PlatformFailure["scope"] {
  const scope = meaning?.scope ?? "publication";
  const isAccounts = meaning?.class === "wait" && scope === "connection";
  return isAccounts && regainMs(headers) === 0 && isAppUsedUp(headers) ? "platform" : scope;
}

/** How long to wait, as the answer says it: limits in a header of their own. */
function waitSaid(
  { headers }: PlatformAnswer,
  message: string,
  failureClass: FailureClass,
): number | undefined {
  const regain = failureClass === "wait" ? waitOf(regainMs(headers), failureClass).retryAfterMs : undefined;
  return regain ?? waitTold({ headers, message }, failureClass).retryAfterMs;
}
