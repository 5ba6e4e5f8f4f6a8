/** What moves ask of attempts. */
import { Refusal } from "../move.ts";
import { type Attempt, type Job } from "../state.ts";

export const isWorked = (job: Job): boolean => job.lane !== "outside";

/** Whether nobody knows if an attempt's submit has made a task. */
export const isInDoubt = ({ phase, externalId, word }: Attempt): boolean =>
  phase === "submitting" && externalId === null && word === null;

/** In a batch nothing is refused: each has its verdict. */
export function told<T>(report: () => T): T | string {
  try {
    return report();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
