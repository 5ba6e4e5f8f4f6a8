/** The entries of a job's history, in the order a job usually takes them; the same words as the SQL enum `public.job_step`. */
export const JOB_STEPS = [
  "upload",
  "insert",
  "credits",
  "queue_check",
  "queued",
  "starting",
  "running",
  "webhook_received",
  "completed",
  "failed",
  "cancelled",
] as const;
export type JobStep = typeof JOB_STEPS[number];
