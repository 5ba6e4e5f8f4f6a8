/** What is logged of publications that were enqueued, in the words of document 003. */
import type { Enqueued } from "../_shared/engine/enqueue_publications.ts";
import { logJob } from "../_shared/runtime/log.ts";

/** A line for each: those that are new as document 003 words it. */
export function logEnqueued(jobs: Enqueued["jobs"], options: readonly string[]): void {
  for (const { n, is_new, job } of jobs) {
    if (!is_new) {
      logJob(job.id, "asked for again", { step: job.current_step });
      continue;
    }
    console.log(
      "[Publications Enqueue API] Job created successfully",
      JSON.stringify({
        jobId: job.id,
        platform: options[n],
        step: job.current_step,
        cost: job.credits_charged,
      }),
    );
  }
}
