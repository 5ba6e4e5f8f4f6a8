/** Why a result cannot be kept. */

/** The largest result that is taken, in bytes, unless its tool takes less. */
export const MAX_OUTPUT_BYTES = 500 * 1024 * 1024;

/** Never, or not now. */
export type OutputErrorCode = "output_unavailable" | "output_too_large" | "output_wrong_type";

/**
 * A result could not be fetched or stored, or is not what it should be. `output_unavailable` may pass: it is worth another
 * look. `isExpired`: its address is good no more, and the provider may have a new one.
 */
export class OutputError extends Error {
  readonly isExpired: boolean;

  constructor(readonly code: OutputErrorCode, message: string, { isExpired = false } = {}) {
    super(message);
    this.name = "OutputError";
    this.isExpired = isExpired;
  }
}

/** The error of a result that has `bytes` or more. */
export function tooLarge(bytes: number, limit = MAX_OUTPUT_BYTES): OutputError {
  return new OutputError(
    "output_too_large",
    `The result has ${bytes} bytes or more; at most ${limit} are taken`,
  );
}

/** What may pass. */
export function unavailable(message: string): OutputError {
  return new OutputError("output_unavailable", message);
}

/** There was not the time, now: what has been copied stays, and whoever looks next goes on. */
export class CopyPaused extends Error {
  override readonly name = "CopyPaused";
}
