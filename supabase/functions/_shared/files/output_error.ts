/** Why a result cannot be kept. */

/** The largest result that is taken, in bytes. */
export const MAX_OUTPUT_BYTES = 500 * 1024 * 1024;

/** A result could not be fetched or is not what it should be. */
export class OutputError extends Error {
  constructor(
    readonly code:
      | "output_unavailable"
      | "output_too_large"
      | "output_wrong_type",
    message: string,
  ) {
    super(message);
    this.name = "OutputError";
  }
}

/** The error of a result that has `bytes` or more. */
export function tooLarge(bytes: number): OutputError {
  return new OutputError(
    "output_too_large",
    `The result has ${bytes} bytes or more; at most ${MAX_OUTPUT_BYTES} are taken`,
  );
}
