/** The functions of schema `worker` that workers outside reach, typed. Each call is one transition in one transaction. */
import { z } from "zod";
import type { Json } from "../../../shared/database.types.ts";
import type { JobOutput } from "../../../shared/rows/job.ts";
import { completeResponse, failResponse } from "../../../shared/requests/requests_workers.ts";
import { JOB_STATUSES } from "../../../shared/words/statuses.ts";
import { unwrap, worker } from "../_shared/engine/database.ts";
import type { ClassifiedFailure } from "../_shared/engine/failure.ts";
import { redact } from "../_shared/text/redact.ts";

/** Which attempt a call is about. */
export interface Attempt {
  jobId: string;
  token: string;
}
const named = ({ jobId, token }: Attempt) => ({ p_job_id: jobId, p_token: token });

const item = z.object({
  job: z.object({
    id: z.guid(),
    user_id: z.guid(),
    tool: z.string(),
    lane: z.string(),
    input: z.record(z.string(), z.unknown()),
    metadata: z.record(z.string(), z.unknown()),
    created_at: z.string(),
    deadline_at: z.string(),
  }),
  attempt: z.object({ attempt: z.number().int(), token: z.guid() }),
  lease_seconds: z.number(),
  handed: z.record(z.string(), z.string()).nullish(),
  tool_settings: z.looseObject({ files: z.record(z.string(), z.unknown()).optional() }),
});
/** A claimed job as the database hands it out. */
export type ClaimedItem = z.infer<typeof item>;

/** Leases up to `quantity` jobs of `lane`. Errors: 404 lane_not_found, 409 lane_not_pull. */
export async function claim(lane: string, name: string, quantity: number): Promise<ClaimedItem[]> {
  const args = { p_lane: lane, p_worker: name, p_qty: quantity };
  return z.array(item).parse(unwrap(await worker().rpc("claim", args)));
}

const claimedAttempt = z.object({
  user_id: z.guid(),
  tool: z.string(),
  attempt: z.number().int(),
  /** How the attempt ended; null while it is open. */
  outcome: z.string().nullable(),
  /** The job's. */
  status: z.enum(JOB_STATUSES),
});
export type ClaimedAttempt = z.infer<typeof claimedAttempt>;

/** What a claim gave this token for. Error: 409 stale_token. */
export async function claimed(attempt: Attempt): Promise<ClaimedAttempt> {
  return claimedAttempt.parse(unwrap(await worker().rpc("claimed", named(attempt))));
}

const lease = z.object({
  continue: z.boolean(),
  status: z.enum(JOB_STATUSES),
  lease_seconds: z.number(),
  deadline_at: z.string().nullable(),
});

/** Extends a lease and shows `progress`, if given. Error: 409 stale_token. */
export async function extendLease(attempt: Attempt, progress?: number): Promise<z.infer<typeof lease>> {
  const args = { ...named(attempt), ...progress === undefined ? {} : { p_progress: progress } };
  return lease.parse(unwrap(await worker().rpc("heartbeat", args)));
}

/** The result is stored. `outputUrl`: of the first file, null without files; `raw`: what the worker said. */
export async function complete(
  attempt: Attempt,
  result: { output: JobOutput; outputUrl: string | null; raw: unknown },
): Promise<z.infer<typeof completeResponse>["verdict"]> {
  const { output, raw } = redact({ output: result.output, raw: result.raw }, [attempt.token]);
  return completeResponse.shape.verdict.parse(unwrap(
    await worker().rpc("complete", {
      ...named(attempt),
      p_output: output as Json,
      ...result.outputUrl === null ? {} : { p_output_url: result.outputUrl },
      p_raw: raw as Json,
    }),
  ));
}

/** The attempt did not succeed. Errors: 409 stale_token. */
export async function attemptFailed(
  attempt: Attempt,
  failure: ClassifiedFailure,
): Promise<z.infer<typeof failResponse>["verdict"]> {
  const { code, message, raw } = redact(
    { code: failure.code, message: failure.message, raw: failure.raw },
    [attempt.token],
  );
  return failResponse.shape.verdict.parse(unwrap(
    await worker().rpc("attempt_failed", {
      ...named(attempt),
      p_retry_class: failure.retryClass,
      p_error_code: code,
      p_error_message: message,
      ...raw === undefined ? {} : { p_raw: raw as Json },
      ...failure.retryAfterMs === undefined ? {} : { p_retry_after: `${failure.retryAfterMs} milliseconds` },
    }),
  ));
}
