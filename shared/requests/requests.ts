/** Requests to the `jobs` function, and what it answers. */
import { z } from "zod";
import { job, shownJob } from "../rows/job.ts";

/** Times that PostgreSQL takes in any time zone. */
const time = z.iso.datetime({ offset: true }).refine((value) => isWithin(Date.parse(value)), {
  error: "must be a time of the years 1970 to 9999, in UTC",
});

const isWithin = (ms: number) => ms >= 0 && ms <= Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const wish = z.strictObject({
  tool: z.string().min(1).max(40),
  input: z.record(z.string(), z.unknown()),
  metadata: z.record(z.string(), z.unknown()).refine((value) => JSON.stringify(value).length <= 8192, {
    error: "must be at most 8192 characters as JSON",
  }).default({}).describe(
    "Kept with the job and given back; `{projectId, nodeId}` ties it to a project's node. At most 8 kB as JSON.",
  ),
  idempotencyKey: z.string().min(1).max(200).optional().describe(
    "The same key answers with the same job, however often it is sent. With another request: `idempotency_conflict`.",
  ),
  runAt: time.optional().describe("Not before this time, ISO 8601 with a time zone."),
  priority: z.number().int().min(-32_768).max(32_767).optional().describe(
    "Higher goes first; left out: the tool's own. Users may ask for less than that, servers for more (`GET /jobs/tools`).",
  ),
});

/** Users' jobs are their own. */
const userId = z.guid().optional().describe(
  "Whose it is. For servers, which call with a secret key, and theirs to give.",
);

/** `POST /jobs`. `input` is checked against the tool's own schema as well. */
export const createJobRequest = wish.extend({ userId });
export type CreateJobRequest = z.input<typeof createJobRequest>;

/** `POST /jobs/batch`: up to 1,000 jobs, all or none. */
export const createJobsRequest = z.strictObject({ jobs: z.array(wish).min(1).max(1000), userId });
export type CreateJobsRequest = z.input<typeof createJobsRequest>;

/** The answer of `POST /jobs/batch`: the jobs in the order they were asked for. */
export const jobsResponse = z.object({ jobs: z.array(job) });
export type JobsResponse = z.infer<typeof jobsResponse>;

/** The answer of every route that makes or changes one job. */
export const jobResponse = z.object({ job });
export type JobResponse = z.infer<typeof jobResponse>;

/** The answer of `GET /jobs/:id` and `GET /jobs/by-request/:requestId`. */
export const shownJobResponse = z.object({ job: shownJob });
export type ShownJobResponse = z.infer<typeof shownJobResponse>;

/** `POST /jobs/uploads`: where may I put this file? `size` in bytes. */
export const createUploadRequest = z.strictObject({
  tool: z.string().min(1).max(40).optional().describe(
    "Whose rules for files are looked at; left out: what any tool may take.",
  ),
  field: z.string().min(1).max(40).default("image").describe(
    "The input field of the tool that will name the file.",
  ),
  contentType: z.string().min(1).max(100),
  size: z.number().int().positive(),
});
export type CreateUploadRequest = z.input<typeof createUploadRequest>;

/** Upload with `supabase.storage.from(bucket).uploadToSignedUrl(path, token, file)`, then use `path` as the input field. */
export const uploadResponse = z.object({
  bucket: z.string(),
  path: z.string(),
  token: z.string(),
  signedUrl: z.url(),
});
export type UploadResponse = z.infer<typeof uploadResponse>;

/** `GET /jobs/realtime-config`: all that a client needs to listen to its jobs. */
export const realtimeConfig = z.object({ url: z.url(), key: z.string(), topic: z.string() });
export type RealtimeConfig = z.infer<typeof realtimeConfig>;
