/** Changes of a job in the model. */
import type { Job } from "./state.ts";

/** Moves a job on, perhaps to a new step. */
export function change(job: Job, changes: Partial<Job>, step?: string): void {
  Object.assign(job, changes);
  if (step) job.step = step;
}
