/** Jobs in the shapes of documents 000 and 002, for apps that were written against those. Nothing here does I/O. */
import type { JobDeletedEvent, JobEvent, ProjectEvent } from "./events.ts";
import type { Job, VisibleJob } from "./job.ts";
import type { JobStatus } from "../words/statuses.ts";
import type { JobStep } from "../words/steps.ts";

/** A job as a broadcast or a read brings it; `signedUrl` is there where files were signed (`GET /jobs/:id`). */
export type DocumentSource = VisibleJob & {
  input?: Record<string, unknown> | null;
  output?:
    | { files: readonly { path: string; signedUrl?: string | null }[]; data?: Record<string, unknown> }
    | null;
};

/** A job in the words of document 002, "Enhanced Job Payload". */
export interface FalJob {
  id: string;
  /** The provider's id of the task; null until it is submitted. */
  requestId: string | null;
  userId: string;
  /** The provider's model; null until it is submitted. */
  modelId: string | null;
  /** The tool: `image`, `video`, or any other. */
  type: string;
  /** `pending` is waiting or processing; a cancelled job is `failed`, and `error` says so. */
  status: "pending" | "completed" | "failed";
  /** `prompt` once the job was read: a broadcast does not have it. */
  input: { prompt?: string; _metadata?: { projectId: string; nodeId: string } };
  result: { images: { url: string }[] } | null;
  error: string | null;
  /** Times are ISO 8601. */
  createdAt: string;
  completedAt: string | null;
}

export interface FalJobOptions {
  /**
   * Where a file can be shown from, by its path in the bucket `outputs`: an address that you have signed. Undefined, or
   * left out: the address that came with the file, else the permanent one, which needs its owner's token.
   */
  addressOf?: (path: string) => string | undefined;
}

/** A job in the words of document 002. */
export function toFalJob(job: DocumentSource, { addressOf }: FalJobOptions = {}): FalJob {
  return {
    id: job.id,
    requestId: job.request_id,
    userId: job.user_id,
    modelId: job.model_id,
    type: job.tool,
    status: falStatus(job.status),
    input: inputOf(job),
    result: job.status === "completed" ? { images: imagesOf(job, addressOf) } : null,
    error: job.status === "cancelled" ? "Cancelled" : job.error_message,
    createdAt: job.created_at,
    completedAt: job.completed_at,
  };
}

function falStatus(status: JobStatus): FalJob["status"] {
  if (status === "completed") return "completed";
  return status === "failed" || status === "cancelled" ? "failed" : "pending";
}

function inputOf({ input, metadata }: DocumentSource): FalJob["input"] {
  const prompt = input?.prompt;
  const { projectId, nodeId } = metadata ?? {};
  return {
    ...typeof prompt === "string" ? { prompt } : {},
    ...typeof projectId === "string" && typeof nodeId === "string"
      ? { _metadata: { projectId, nodeId } }
      : {},
  };
}

function imagesOf(
  { output, output_url, output_paths }: DocumentSource,
  addressOf: FalJobOptions["addressOf"],
): { url: string }[] {
  const paths = output?.files.map(({ path }) => path) ?? output_paths ?? [];
  // The address of the first file ends with its path, those of the others with theirs.
  const base = output_url && paths[0] && output_url.endsWith(paths[0])
    ? output_url.slice(0, -paths[0].length)
    : undefined;
  return paths.flatMap((path, index) => {
    const permanent = base === undefined ? undefined : base + path;
    const url = addressOf?.(path) ?? output?.files[index]?.signedUrl ?? permanent;
    return url === undefined ? [] : [{ url }];
  });
}

/** Where a message came from. `broadcastSuccess` false: the topic has missed something, read it anew (events.ts). */
export interface DocumentDebug {
  triggeredAt: string;
  triggerName: string;
  broadcastSuccess: boolean;
}

/** A change of a job in the words of document 002. */
export interface JobUpdatePayload {
  type: "INSERT" | "UPDATE" | "DELETE";
  table: string;
  schema: string;
  /** Not there for a DELETE. */
  new?: FalJob;
  /** Not there for an INSERT. Of what was, no more is told than this. */
  old?: Pick<FalJob, "id" | "status">;
  _debug: DocumentDebug;
}

/** A broadcast of a job in the words of document 002. */
export function toJobUpdatePayload(
  { type, table, schema, new: job, old, _debug }: JobEvent | JobDeletedEvent,
  options: FalJobOptions = {},
): JobUpdatePayload {
  return {
    type,
    table,
    schema,
    ...job ? { new: toFalJob(job, options) } : {},
    ...old ? { old: { id: old.id, status: falStatus(old.status) } } : {},
    _debug,
  };
}

/** A change of a project in the words of document 002: what `project:{id}` tells is in them already. */
export type ProjectUpdatePayload = ProjectEvent;

/** Where a job stands in the words of document 000. */
export type AiJobStatus = "PENDING" | "STARTED" | "PROCESSING" | "COMPLETED" | "FAILED" | "CANCELLED";

/** A job in the words of document 000, as the view `public.ai_jobs` has it. */
export interface AiJob {
  id: string;
  user_id: string;
  tool: string;
  status: AiJobStatus;
  /** In percent. */
  progress: number | null;
  /** Null until the job was read, as `output` is: a broadcast does not have it. */
  input: Record<string, unknown> | null;
  output: Pick<Job, "output">["output"] | null;
  output_url: string | null;
  error_code: string | null;
  error_message: string | null;
  metadata: Record<string, unknown> | null;
  /** Times are ISO 8601. */
  created_at: string;
  completed_at: string | null;
  updated_at: string;
  version: number;
}

/** A job in the words of document 000. `started_at`, which the view has, no broadcast tells. */
export function toAiJob(
  job: VisibleJob & { input?: Record<string, unknown> | null; output?: AiJob["output"] },
): AiJob {
  return {
    id: job.id,
    user_id: job.user_id,
    tool: job.tool,
    status: aiStatus(job),
    progress: job.progress,
    input: job.input ?? null,
    output: job.output ?? null,
    output_url: job.output_url,
    error_code: job.error_code,
    error_message: job.error_message,
    metadata: job.metadata,
    created_at: job.created_at,
    completed_at: job.completed_at,
    updated_at: job.updated_at,
    version: job.version,
  };
}

/** As `private.ai_job_status` says it: STARTED is a worker's that has made no progress yet. */
function aiStatus(
  { status, current_step, progress }: { status: JobStatus; current_step: JobStep; progress: number | null },
): AiJobStatus {
  if (status === "pending" || current_step === "starting") return "PENDING";
  if (status !== "processing") return status.toUpperCase() as AiJobStatus;
  return current_step === "running" && (progress ?? 0) === 0 ? "STARTED" : "PROCESSING";
}
