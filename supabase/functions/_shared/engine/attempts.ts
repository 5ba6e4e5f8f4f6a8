/** What a worker tells of an attempt. */
import type { Json } from "../../../../shared/database.types.ts";
import type { JobOutput } from "../../../../shared/rows/job.ts";
import { storable } from "../text/redact.ts";
import { unwrap, worker } from "./database.ts";
import type { ClassifiedFailure } from "./failure.ts";
import type { Message } from "./work_item.ts";

/** The provider has taken the task. */
export interface Submitted {
  externalId: string;
  raw: unknown;
  /** Shown in the history beside the task's id. */
  details: Record<string, unknown>;
  /** What the provider needs to know of the task later on: laid over the attempt's checkpoint. */
  checkpoint?: Record<string, unknown>;
}

/** Keeps what need not be done again and notes that the submit begins; false: the attempt is no longer current. */
export async function checkpoint(
  { item }: Message,
  data: Record<string, unknown>,
): Promise<boolean> {
  return unwrap(
    await worker().rpc("checkpoint", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_checkpoint: data as Json,
    }),
  ) ?? false;
}

/** The provider has the task. Returns the job's status. */
export async function submitted(
  { item, queue, msg_id }: Message,
  answer: Submitted,
): Promise<string> {
  return unwrap(
    await worker().rpc("submitted", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_external_id: answer.externalId,
      p_raw: answer.raw as Json,
      p_details: answer.details as Json,
      p_queue: queue,
      p_msg_id: msg_id,
      ...answer.checkpoint ? { p_checkpoint: answer.checkpoint as Json } : {},
    }),
  ) ?? "unknown";
}

/** Shows how far the attempt is, in percent; false: it is no longer current. */
export async function progress({ item }: Message, percent: number): Promise<boolean> {
  return unwrap(
    await worker().rpc("progress", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_progress: percent,
    }),
  ) ?? false;
}

/** The result is stored. `outputUrl`: null where it is no file. Returns completed, duplicate or late. */
export async function complete(
  { item, queue, msg_id }: Message,
  result: { output: JobOutput; outputUrl: string | null; raw: unknown },
): Promise<string> {
  return unwrap(
    await worker().rpc("complete", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_output: result.output as unknown as Json,
      ...result.outputUrl === null ? {} : { p_output_url: result.outputUrl },
      p_raw: result.raw as Json,
      p_queue: queue,
      p_msg_id: msg_id,
    }),
  ) ?? "unknown";
}

/** The attempt did not succeed. Returns failed, retried, duplicate or late. */
export async function attemptFailed(
  { item, queue, msg_id }: Message,
  failure: ClassifiedFailure,
): Promise<string> {
  return unwrap(
    await worker().rpc("attempt_failed", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_retry_class: failure.retryClass,
      p_error_code: failure.code,
      p_error_message: storable(failure.message),
      p_queue: queue,
      p_msg_id: msg_id,
      ...failure.raw === undefined ? {} : { p_raw: failure.raw as Json },
      ...failure.retryAfterMs === undefined ? {} : { p_retry_after: `${failure.retryAfterMs} milliseconds` },
    }),
  ) ?? "unknown";
}
