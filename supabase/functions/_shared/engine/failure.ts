/** Why an attempt did not succeed, and what is to be done about it. */

/** never: permanent · backoff: again later, uses an attempt · wait: busy, uses none · pause: the account is unusable. */
export type RetryClass = "never" | "backoff" | "wait" | "pause";

/** A classified failure: the provider's own code and words, and what to do about it. */
export interface ClassifiedFailure {
  retryClass: RetryClass;
  code: string;
  message: string;
  /** The answer that said so, redacted. */
  raw?: unknown;
  /** How long the provider asks to wait, in milliseconds. */
  retryAfterMs?: number;
}

/** An error that says what to do about it. */
export class ClassifiedError extends Error {
  constructor(readonly failure: ClassifiedFailure) {
    super(`${failure.code}: ${failure.message}`);
    this.name = "ClassifiedError";
  }
}
