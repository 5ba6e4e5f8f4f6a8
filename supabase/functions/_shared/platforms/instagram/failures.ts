/** What an answer that is no success says. Pure. */
import { httpError, isServersTrouble, type Said } from "../kit/failures.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { waitOf, waitTold } from "../kit/told_wait.ts";
import { PlatformError } from "../platform.ts";
import { type Meaning, meaningOf } from "./codes.ts";
import { type GraphError, graphErrorOf, isObject } from "./graph_error.ts";
import { regainMs } from "./usage.ts";

const RATE_LIMITED_MS = 10 * 60_000;

/** Without a code that is known, HTTP's status says what it is. */
const STATUSES: Readonly<Record<number, Meaning>> = {
  401: {
    class: "reconnect",
    scope: "connection",
    words: "Instagram does not take this access any more: connect the account again",
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

/** Whether an answer is a success: HTTP says so, and its body is an object that speaks of no error. */
export function isSuccess({ status, body }: PlatformAnswer): boolean {
  return status >= 200 && status <= 299 && isObject(body) && graphErrorOf(body) === null;
}

/** The error that an answer is. `isCommit`: it is unknown what became of it, unless the answer is a refusal for certain. */
export function failureOf(answer: PlatformAnswer, { isCommit = false } = {}): PlatformError {
  const error = graphErrorOf(answer.body);
  const meaning = verdictOf(answer.status, error);
  const said = saidOf(answer, error, meaning);
  // Of codes 1 and 2 and of those that nobody knows, a server in trouble may say any.
  const isTheirs = meaning === undefined || meaning.class === "backoff";
  if (isTheirs && isServersTrouble(answer.status)) return httpError(answer, said, isCommit);
  const isAmbiguous = isCommit && !(meaning?.isRefusal ?? false);
  const failure = { scope: "publication" as const, code: `http_${answer.status}`, ...said };
  return new PlatformError(isAmbiguous ? { ...failure, class: "unknown" } : failure, { isAmbiguous });
}

/** `190/463`, `190`, or `http_503`. */
function codeOf(status: number, error: GraphError | null): string {
  if (error === null || error.code === null) return `http_${status}`;
  return error.subcode === null ? `${error.code}` : `${error.code}/${error.subcode}`;
}

function verdictOf(status: number, error: GraphError | null): Meaning | undefined {
  const known = error ? meaningOf(error.code, error.subcode) : undefined;
  if (known?.class === "never" && known.recreateAfter === undefined && error?.isTransient) {
    return { ...known, class: "backoff" };
  }
  return known ?? STATUSES[status];
}

function saidOf(answer: PlatformAnswer, error: GraphError | null, meaning: Meaning | undefined): Said {
  // Read of what can be kept: it may repeat what it was sent, tokens among it.
  const message = graphErrorOf(answer.raw)?.message || meaning?.words ||
    `Instagram answered with HTTP ${answer.status}`;
  // Those who are not known are tried again: backoff ends by itself.
  const failureClass = meaning?.class ?? "backoff";
  const told = failureClass === "wait" ? waitOf(regainMs(answer.headers), failureClass) : {};
  const { retryAfterMs = meaning?.retryAfterMs } = "retryAfterMs" in told
    ? told
    : waitTold({ headers: answer.headers, message }, failureClass);
  return {
    class: failureClass,
    scope: meaning?.scope ?? "publication",
    code: meaning?.code ?? codeOf(answer.status, error),
    message,
    raw: answer.raw,
    ...retryAfterMs === undefined ? {} : { retryAfterMs },
  };
}

/** The sub-code, or the code where there is none, that a failure is of; null: neither. */
export function recreateAfterOf({ code }: { code: string }): number | undefined {
  const [main = "", sub] = code.split("/");
  const numberOf = (text: string | undefined) =>
    text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : null;
  return meaningOf(numberOf(main), numberOf(sub))?.recreateAfter;
}
