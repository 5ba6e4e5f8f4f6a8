/** How predictions fail. */

/** Why a prediction failed; `aborted`: it never started, and nobody cancelled it. */
export interface Failure {
  readonly status: "failed" | "aborted";
  readonly error: string | null;
}

/** What is said where nothing else is known. */
export const UNEXPECTED = "Director: unexpected error handling prediction (E8765)";
