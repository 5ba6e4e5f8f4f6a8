/** Where a job stands; the same words as the SQL enum `public.job_status`. */
export const JOB_STATUSES = ["pending", "processing", "completed", "failed", "cancelled"] as const;
export type JobStatus = typeof JOB_STATUSES[number];

/** States that a job never leaves. */
export const TERMINAL_STATUSES = ["completed", "failed", "cancelled"] as const satisfies readonly JobStatus[];

/** Whether a job with this status can still change. */
export function isTerminal(status: JobStatus): boolean {
  return (TERMINAL_STATUSES as readonly JobStatus[]).includes(status);
}

/** What became of a job's price; the same words as the SQL enum `public.job_refund`. */
export const JOB_REFUNDS = ["none", "due", "paid", "withheld"] as const;
export type JobRefund = typeof JOB_REFUNDS[number];
