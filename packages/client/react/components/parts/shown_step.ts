/** What an indicator shows of a job: the same whether it has the job, or a step alone. */
import type { ClientJob } from "../../../api/job.ts";
import { JOB_STEPS, type JobStep } from "../../../../../shared/words/steps.ts";

export type StepState = "waiting" | "working" | "completed" | "failed" | "cancelled";

export function stateOf(step: string): StepState {
  if (step === "completed" || step === "failed" || step === "cancelled") return step;
  return isWaiting(step) ? "waiting" : "working";
}

function isWaiting(step: string): boolean {
  return step === "queued" || step === "queue_check";
}

/** Whether a step has a share of the way that a bar can show: once the provider is at work. */
export function hasBar(step: string): boolean {
  return stateOf(step) === "working" && step !== "insert" && step !== "credits";
}

/** A job that waits for its time rather than for its turn. */
export function scheduledFor(job: Pick<ClientJob, "status" | "run_at"> | null | undefined): string | null {
  return job?.status === "pending" ? job.run_at : null;
}

export function isKnownStep(step: string): step is JobStep {
  return (JOB_STEPS as readonly string[]).includes(step);
}
