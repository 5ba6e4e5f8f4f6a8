/** What the client rejects with, beside `EsteiraError`. */
import type { ClientJob } from "./job.ts";

/** A job that ended without a result: it failed or was cancelled. `code` is its `error_code`, `cancelled` for a cancelled one. */
export class JobFailed extends Error {
  override readonly name = "JobFailed";
  readonly code: string;

  constructor(readonly job: ClientJob) {
    super(job.error_message ?? (job.status === "cancelled" ? "The job was cancelled." : "The job failed."));
    this.code = job.error_code ?? job.status;
  }
}
