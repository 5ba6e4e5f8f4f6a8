/** KIE's codes, and what is to be done about each. */
import type { RetryClass } from "../../engine/failure.ts";
import { isServersTrouble } from "../kit/failures.ts";
import { classIn, type RetryTable } from "../kit/retry_table.ts";

export const SUCCESS = 200;
/** To a question about a task: the task has failed, or never will be anything else. */
export const LAST_WORDS: readonly number[] = [400, 413, 415, 501, 505];
/** The model could not; what to do about it depends on the text beside it. */
export const GENERATION_FAILED = 501;
const HOUR_MS = 60 * 60_000;
const MAINTENANCE = 455;
const FEATURE_DISABLED = 505;
/** The key has used up what it may use in an hour, in a day or at all: no other job fares better on it. */
export const CAP_REACHED = 433;

// The codes of kie.md#codes, and HTTP statuses that mean the same. Those not listed are retried, for we do not know
// them: backoff ends by itself. 501 depends on its text, and so does 422, which was seen with "high demand" as well.
const RETRY_CLASSES: RetryTable = {
  never: [400, 403, 404, 405, 413, 415, 505],
  backoff: [408, 500, 502, 503, 504],
  wait: [429, 455],
  pause: [401, 402, CAP_REACHED],
};
/** Moderation has no code of its own; these are the words it is told in. Looked for first: "flagged …, try again". */
export const MODERATION = new RegExp(
  [
    /\b(nsfw|flagged|moderation|copyright(ed)?|sexual(ly)?)\b/,
    /\b(unsafe|inappropriate|prohibited|sensitive) (content|material|use|words?)\b|\bas sensitive\b/,
    /\bsafety (system|filters?|checks?|reasons?)\b|\b(content|safety|usage)[ _]polic(y|ies)/,
    /\bviolat\w*\b.{0,60}\b(polic(y|ies)|guidelines|terms)\b/,
  ].map(({ source }) => source).join("|"),
  "i",
);
/** Whether a submit that was answered with this may have made a task. 501 and 505 say that it was refused. */
export function isInDoubt(code: number): boolean {
  return isServersTrouble(code) && code !== GENERATION_FAILED && code !== FEATURE_DISABLED;
}

/** Whether a code says that KIE itself is not well, rather than anything of the request. */
export function isKiesTrouble(code: number): boolean {
  return code === MAINTENANCE || (isInDoubt(code) && code < 600);
}

/**
 * How long to leave a key alone that has reached its cap, in milliseconds; 0: as long as any account that is paused.
 * When a day ends for KIE is not documented, so a daily cap is tried again each hour; one for good is a person's affair.
 */
export function pauseOfCap(text: string): number {
  if (/\btotal\b/i.test(text)) return 24 * HOUR_MS;
  return /\b(daily|day)\b/i.test(text) ? HOUR_MS : 0;
}

const DEPENDS_ON_TEXT: readonly number[] = [422, GENERATION_FAILED];
const TRANSIENT =
  /\b(internal (server )?error|server (error|exception)|time[d ]?[- ]?out|temporar(y|ily)|unavailable|overloaded|high demand|busy|try again (later|soon|shortly|in )|maintenance|network|connection (reset|refused|closed))\b/i;

/** The retry class of a code, with the text beside it where the code does not say it. */
export function retryClassOf(code: number, text: string): RetryClass {
  if (DEPENDS_ON_TEXT.includes(code)) return TRANSIENT.test(text) ? "backoff" : "never";
  return classIn(RETRY_CLASSES, code) ?? "backoff";
}
