/** A job as its owner sees it: rows of the Data API and responses of the `jobs` function. */
import { z } from "zod";
import { JOB_REFUNDS, JOB_STATUSES } from "../words/statuses.ts";
import { JOB_STEPS } from "../words/steps.ts";
import { derivedOf, MAX_OUTPUT_PATHS } from "./derived.ts";

/** One entry of the history: the step, when (ISO 8601, UTC), and details of the step. */
export const historyEntry = z.looseObject({ step: z.enum(JOB_STEPS), timestamp: z.string() });
export type HistoryEntry = z.infer<typeof historyEntry>;

/** A stored file: where it lies in Storage, its type and size in bytes. */
export const storedFile = z.object({
  bucket: z.string(),
  path: z.string(),
  content_type: z.string(),
  bytes: z.number().int().nonnegative(),
});
export type StoredFile = z.infer<typeof storedFile>;

/** A stored file as `GET /jobs/:id` shows it to its owner. */
export const shownFile = storedFile.extend({
  signedUrl: z.url().nullable().describe(
    "Where anybody can read it who has this address, an `<img>` too; null when Storage could not sign it just now.",
  ),
  signedUrlExpiresAt: z.string().nullable().describe("Until when, ISO 8601. After that, ask again."),
});
export type ShownFile = z.infer<typeof shownFile>;

/** What came out of a completed job. */
export const jobOutput = z.object({
  files: z.array(storedFile),
  data: z.record(z.string(), z.unknown()).optional().describe(
    "A result that is no file, such as `{model_url}` of a training.",
  ),
  expired_at: z.string().optional().describe("Since when its files are no longer kept, where that is so."),
});
export type JobOutput = z.infer<typeof jobOutput>;

const metadata = z.record(z.string(), z.unknown());

/** What a broadcast shows of a job. Times are ISO 8601. */
export const visibleJob = z.object({
  id: z.uuid(),
  user_id: z.guid(),
  tool: z.string(),
  lane: z.string(),
  status: z.enum(JOB_STATUSES),
  current_step: z.enum(JOB_STEPS),
  failed_at_step: z.enum(JOB_STEPS).nullable(),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
  output_url: z.string().nullable().describe(
    "Permanent address of the first file, for requests with its owner's token; an `<img>` has none and gets 400.",
  ),
  output_paths: z.array(z.string()).max(MAX_OUTPUT_PATHS).nullable().describe(
    "Where its files lie in the bucket `outputs`, the first 20: what it takes to sign addresses that an `<img>` can " +
      "load. Null until completed.",
  ),
  progress: z.number().int().min(0).max(100).nullable(),
  progress_is_estimate: z.boolean().describe(
    "Whether `progress` is a guess from how long the tool has taken lately: its provider tells no percentage.",
  ),
  refund: z.enum(JOB_REFUNDS).describe(
    "What became of its price: `due` until it is known whether its task went on, then `paid` or `withheld`.",
  ),
  refundable: z.boolean().describe(
    "False: cancelling it now will not give its credits back. True: it will, if its task can still be stopped.",
  ),
  request_id: z.string().nullable().describe(
    "The provider's id of the last task; null until it is submitted.",
  ),
  model_id: z.string().nullable().describe(
    "The provider's model; null until it is submitted, or where it has none.",
  ),
  metadata: metadata.nullable().describe(
    "What was given with it; null in a broadcast where it has more than 1 KiB as JSON.",
  ),
  idempotency_key: z.string().nullable().describe("The key that it was created with."),
  run_at: z.string().nullable(),
  version: z.number().int().positive(),
  created_at: z.string(),
  completed_at: z.string().nullable(),
  updated_at: z.string(),
});
export type VisibleJob = z.infer<typeof visibleJob>;

/** What the `jobs` function answers with: the whole of it for its owner. */
export const job = visibleJob.extend({
  step_history: z.array(historyEntry),
  input: z.record(z.string(), z.unknown()),
  output: jobOutput.nullable(),
  metadata: metadata.describe("What was given with it, whole."),
  retried_from: z.guid().nullable(),
  priority: z.number().int(),
  attempt: z.number().int(),
  retry_count: z.number().int(),
  expires_at: z.string().describe("If no task of it has begun by then, it fails and is refunded."),
  deadline_at: z.string().nullable().describe(
    "If its provider has not reported a result by then, it fails and is refunded. Null: its time does not run.",
  ),
  max_attempts: z.number().int(),
  credits_charged: z.number().int(),
});
export type Job = z.infer<typeof job>;

/** What `GET /jobs/:id` answers with: a job whose files can be shown. */
export const shownJob = job.extend({
  output: jobOutput.extend({ files: z.array(shownFile) }).nullable(),
});
export type ShownJob = z.infer<typeof shownJob>;

/** Where a waiting job stands in its lane. */
export const queuePosition = z.object({
  position: z.number().int().positive().nullable().describe(
    "1 for the next job; null for one that is not waiting. Beyond 1,000 it is 1001, and not exact.",
  ),
  exact: z.boolean().nullable(),
  ticket: z.number().int().describe(
    "The job's place in the fair order, to be compared with the clocks in `lane_moved` events.",
  ),
  waiting: z.number().int().describe("How many wait in the lane; counts to 1,000."),
  running: z.number().int(),
  slots: z.number().int(),
});
export type QueuePosition = z.infer<typeof queuePosition>;

/** A job without what is no column of its own. */
const jobRow = job.omit({ model_id: true, output_paths: true });

/** Columns of `public.jobs` that make up a `Job`, for `select`. What is no column, `derivedOf` (derived.ts) makes of them. */
export const JOB_COLUMNS = Object.keys(jobRow.shape).join(",");

/** A row of `public.jobs` as its owner sees it. Throws a ZodError when it is none. */
export function toJob(row: unknown): Job {
  const columns = jobRow.parse(row);
  return { ...columns, ...derivedOf(columns) };
}
