/** Requests to the function `workers-api`, by which workers outside work on the jobs of pull lanes, and its answers. */
import { z } from "zod";
import { mediaType } from "../words/media_types.ts";
import { JOB_STATUSES } from "../words/statuses.ts";

/** Types of files that a worker may hand in, and how their names end. */
export const RESULT_TYPES = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "video/webm": "webm",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "audio/wav": "wav",
  "audio/ogg": "ogg",
  "application/json": "json",
  "application/pdf": "pdf",
  "application/zip": "zip",
  "application/octet-stream": "bin",
  "model/gltf-binary": "glb",
  "text/plain": "txt",
  "text/csv": "csv",
} as const;
export type ResultType = keyof typeof RESULT_TYPES;

const written = z.enum(Object.keys(RESULT_TYPES) as ResultType[]);
/** Read as it is meant: `IMAGE/JPG` is `image/jpeg`. In the contract it is what it is read as. */
const resultType = z.preprocess(
  (value) => typeof value === "string" ? mediaType(value) ?? value : value,
  written,
) as unknown as typeof written;

/** never: permanent · backoff: again later, uses an attempt · wait: busy, uses none · pause: the account rests, uses none. */
export const RETRY_CLASSES = ["never", "backoff", "wait", "pause"] as const;

/** Whether a value is at most so many characters of JSON; for `refine`. */
const isUpTo = (characters: number) => (value: unknown) => JSON.stringify(value).length <= characters;

/** Any JSON value. As `z.json()`, but with a name of its own where the API is described. */
const json: z.ZodType<z.core.util.JSONType> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)])
).meta({ id: "Json" });

/** Which attempt a worker speaks for: both from the claim. The token is a secret. */
const ofAttempt = { jobId: z.guid(), token: z.guid() };
const percent = z.number().int().min(0).max(100);

/** `POST /claim`. `worker`: the caller's name, shown in the job's history; `quantity`: how many it can work on now. */
export const claimRequest = z.strictObject({
  lane: z.string().min(1).max(40),
  worker: z.string().min(1).max(200),
  quantity: z.number().int().min(1).max(20).default(1),
});
export type ClaimRequest = z.input<typeof claimRequest>;

/** A job that a worker now has, until `leaseSeconds` after it was last heard of. Times are ISO 8601. */
export const claimedJob = z.object({
  id: z.guid(),
  token: z.guid(),
  tool: z.string(),
  input: z.record(z.string(), z.unknown()).describe(
    "What the user asked for, checked against the tool's schema.",
  ),
  files: z.record(z.string(), z.array(z.url())).describe(
    "Where to read the files that the input names, by field, in the order named; good for six hours.",
  ),
  metadata: z.record(z.string(), z.unknown()),
  settings: z.record(z.string(), z.unknown()).describe(
    "The tool's settings, but those that the jobs function is for (`files`, `input_schema`).",
  ),
  userId: z.guid(),
  attempt: z.number().int().positive().describe(
    "1 for the first; more when earlier workers failed or were lost.",
  ),
  leaseSeconds: z.number().positive(),
  createdAt: z.string(),
  deadlineAt: z.string(),
});
export type ClaimedJob = z.infer<typeof claimedJob>;

/** The answer of `POST /claim`. `nextClaimSeconds`: when to ask again, zero when there may be more. */
export const claimResponse = z.object({ jobs: z.array(claimedJob), nextClaimSeconds: z.number() });
export type ClaimResponse = z.infer<typeof claimResponse>;

/** `POST /heartbeat`: still at work. Send one every third of `leaseSeconds`. */
export const heartbeatRequest = z.strictObject({ ...ofAttempt, progress: percent.optional() });
export type HeartbeatRequest = z.input<typeof heartbeatRequest>;

/** `POST /progress`: a heartbeat that says how far the work is, in percent; it only rises. */
export const progressRequest = z.strictObject({ ...ofAttempt, progress: percent });
export type ProgressRequest = z.input<typeof progressRequest>;

/** The answer of both. `continue` false: stop; the job is no longer this attempt's. `status` is the job's. */
export const heartbeatResponse = z.object({
  continue: z.boolean(),
  status: z.enum(JOB_STATUSES),
  leaseSeconds: z.number().positive(),
  deadlineAt: z.string().nullable(),
});
export type HeartbeatResponse = z.infer<typeof heartbeatResponse>;

/** `POST /uploads`: where may I put this result? `size` in bytes; `name`: the same name overwrites. */
export const resultUploadRequest = z.strictObject({
  ...ofAttempt,
  contentType: resultType,
  size: z.number().int().positive(),
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/).optional(),
});
export type ResultUploadRequest = z.input<typeof resultUploadRequest>;

/** PUT the bytes to `signedUrl` with their content type, then name `path` in `POST /complete`. */
export const resultUploadResponse = z.object({ path: z.string(), signedUrl: z.url() });
export type ResultUploadResponse = z.infer<typeof resultUploadResponse>;

/** A result: a file that was uploaded, or the public https address of an image or video, to be copied. */
const resultFile = z.union([
  z.strictObject({ path: z.string().min(1).max(1024) }),
  z.strictObject({ url: z.url().max(4096) }),
]);
export type ResultFile = z.infer<typeof resultFile>;

/** `POST /complete`: files, data, or both. `output`, an object, is kept as `data` in the job's output. */
export const completeRequest = z.strictObject({
  ...ofAttempt,
  output: z.record(z.string(), z.unknown()).refine(isUpTo(262_144), {
    error: "must be at most 262144 characters as JSON",
  }).optional(),
  files: z.array(resultFile).max(20).default([]),
}).refine(({ output, files }) => output !== undefined || files.length > 0, {
  error: "a result has files, output, or both",
  path: ["output"],
});
export type CompleteRequest = z.input<typeof completeRequest>;

/**
 * The answer of `POST /complete`. completed: the job is; duplicate: it was, by this attempt; late: it had ended
 * otherwise, and the result is kept as an orphan.
 */
export const completeResponse = z.object({ verdict: z.enum(["completed", "duplicate", "late"]) });
export type CompleteResponse = z.infer<typeof completeResponse>;

/** `POST /fail`. `code`: stable, for machines; `message`: for the user; `raw`: evidence for operators, at most 64 kB as JSON. */
export const failRequest = z.strictObject({
  ...ofAttempt,
  retryClass: z.enum(RETRY_CLASSES),
  code: z.string().min(1).max(100),
  message: z.string().min(1).max(2000),
  retryAfterSeconds: z.number().min(0).max(86_400).optional(),
  raw: json.refine(isUpTo(65_536), { error: "must be at most 65536 characters as JSON" }).optional(),
});
export type FailRequest = z.input<typeof failRequest>;

/** The answer of `POST /fail`. failed: so has the job; retried: it waits for its next attempt; duplicate, late: nothing changed. */
export const failResponse = z.object({ verdict: z.enum(["failed", "retried", "duplicate", "late"]) });
export type FailResponse = z.infer<typeof failResponse>;
