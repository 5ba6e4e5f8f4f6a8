/** What a worker outside says of a job and what is refused of it: both leave a line, for whoever asks why a job stands still. */
import { EsteiraError } from "../../../shared/errors/errors.ts";
import { sayUpdated, sayUpdateRefused } from "../_shared/runtime/document_words.ts";
import { logJob } from "../_shared/runtime/log.ts";

/** For `catch`: logs `update refused` with the code, and throws on. What is no refusal is logged where it is answered. */
export function refused(jobId: string, update: Record<string, unknown> = {}): (error: unknown) => never {
  return (error) => {
    if (error instanceof EsteiraError) {
      logJob(jobId, "update refused", { code: error.code, ...update });
      sayUpdateRefused(jobId, error.code, update);
    }
    throw error;
  };
}

/** Logs what a worker has said of a job: the step, or the verdict, with details. */
export function updated(jobId: string, step: string, details: Record<string, unknown>): void {
  logJob(jobId, step, details);
  sayUpdated(jobId, { step, ...details });
}
