/** Requests to the `jobs` function, and what it answers. */
import { z } from "zod";
import { job, queuePosition } from "./job.ts";

/** `POST /jobs`. `input` is checked against the tool's own schema as well. */
export const createJobRequest = z.strictObject({
  tool: z.string().min(1).max(40),
  input: z.record(z.string(), z.unknown()),
  /** Kept with the job and given back; `{projectId, nodeId}` ties it to a project's node. At most 8 kB as JSON. */
  metadata: z.record(z.string(), z.unknown()).refine((value) => JSON.stringify(value).length <= 8192, {
    error: "must be at most 8192 characters as JSON",
  }).default({}),
  /** The same key answers with the same job, however often it is sent. */
  idempotencyKey: z.string().min(1).max(200).optional(),
  /** Not before this time, ISO 8601 with a time zone. */
  runAt: z.iso.datetime({ offset: true }).optional(),
});
export type CreateJobRequest = z.input<typeof createJobRequest>;

/** `POST /jobs/batch`: up to 1,000 jobs, all or none. */
export const createJobsRequest = z.strictObject({ jobs: z.array(createJobRequest).min(1).max(1000) });
export type CreateJobsRequest = z.input<typeof createJobsRequest>;

/** The answer of `POST /jobs/batch`: the jobs in the order they were asked for. */
export const jobsResponse = z.object({ jobs: z.array(job) });
export type JobsResponse = z.infer<typeof jobsResponse>;

/** The answer of every route that is about one job. */
export const jobResponse = z.object({ job });
export type JobResponse = z.infer<typeof jobResponse>;

/** The answer of `GET /jobs/:id/position`. */
export const positionResponse = z.object({ position: queuePosition });
export type PositionResponse = z.infer<typeof positionResponse>;

/** `POST /jobs/uploads`: where may I put this file? `size` in bytes. */
export const createUploadRequest = z.strictObject({
  tool: z.string().min(1).max(40),
  /** The input field of the tool that will name the file. */
  field: z.string().min(1).max(40).default("image"),
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
