/** What is still to come of a job, and what never will. */
import { isTerminal } from "../../../shared/words/statuses.ts";
import type { ClientJob } from "../api/job.ts";
import { isAsked } from "./client_job.ts";

/** Whether all that a screen may want of a job as it is now has been read. */
export const isComplete = (job: ClientJob): boolean =>
  job.details !== null && (job.status !== "completed" || hasFiles(job));

const hasFiles = ({ output }: ClientJob): boolean =>
  output !== null && isAsked(output) &&
  (output.expired_at !== undefined || output.files.every(({ signedUrl }) => signedUrl !== null));

/** Whether a completed job can be handed on: its output has been read, its files' addresses with it. */
export const hasOutput = ({ output }: ClientJob): boolean => isAsked(output);

/** Whether a job may still change, or is not all there. Null: nothing is known of it. */
export const isOpen = (job: ClientJob | null): boolean =>
  job === null || !isTerminal(job.status) || job.refund === "due" || !isComplete(job);

/** Whether an error is the server's word on what was asked, which asking again would not change. */
export function isRefusal(error: unknown): boolean {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === "number" && status >= 400 && status < 500 &&
    ![401, 408, 425, 429].includes(status);
}
