/** What is to be done about each of Replicate's errors. */
import type { RetryClass } from "../../engine/failure.ts";
import { classIn, type RetryTable } from "../kit/retry_table.ts";

// The statuses of replicate.md#errors, less the server's own trouble, which is weather. Those not listed are not retried.
const RETRY_CLASSES: RetryTable = {
  never: [400, 403, 404, 422],
  backoff: [],
  wait: [429],
  pause: [401, 402],
};

/** What to do about an HTTP error. */
export function retryClassOf(status: number): RetryClass {
  return classIn(RETRY_CLASSES, status) ?? "never";
}

/**
 * Why a prediction failed is told by a sentence alone. These words and INFRASTRUCTURE's tell moderation and the machine's
 * own troubles from errors of the model's, which a second try would only repeat; moderation comes first.
 */
export const MODERATION =
  /\bnsfw\b|\bflagged\b|\bsensitive\b|\bmoderat(ed|ion)\b|\bsafety\b|\bcontent[ _]polic(y|ies)\b|\bprohibited\b/i;
const INFRASTRUCTURE =
  /^director:|\bout of memory\b|\boutofmemory(error)?\b|\binterrupt(ed|ion)\b|\binternal (server )?error\b|\btemporarily unavailable\b|\bservice unavailable\b|\btimeout starting\b|\bhigh demand\b|\bplease (retry|try again)\b/i;

/** What to do about a prediction that failed with this text. */
export function retryClassOfError(error: string): "never" | "backoff" {
  const isInfrastructure = INFRASTRUCTURE.test(error) || error.split("\n").some(isDirectors);
  return !MODERATION.test(error) && isInfrastructure ? "backoff" : "never";
}

/** Whether a line tells of an error of the director's. Two looks: one for both words would take the square of its length. */
function isDirectors(line: string): boolean {
  const at = line.search(/\bdirector\b/i);
  return at !== -1 && /\berror\b/i.test(line.slice(at));
}
