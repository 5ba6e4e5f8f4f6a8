/** `POST /workers-api/claim`: jobs for a worker, with all that it needs to work on them. */
import type { Context } from "hono";
import {
  type ClaimedJob,
  claimRequest,
  type ClaimResponse,
} from "../../../shared/requests/requests_workers.ts";
import { ClassifiedError, type ClassifiedFailure } from "../_shared/engine/failure.ts";
import { copiesOf } from "../_shared/files/copies_of.ts";
import { signInput } from "../_shared/files/inputs.ts";
import { readBody } from "../_shared/http/request.ts";
import { logError, logJob } from "../_shared/runtime/log.ts";
import { attemptFailed, claim, type ClaimedItem } from "./pull_rpc.ts";
import { updated } from "./refused.ts";

/** When to ask again after finding less than was asked for. */
const NEXT_CLAIM_SECONDS = 5;

/**
 * Answers 200 with `{jobs, nextClaimSeconds}`; jobs is empty when there is nothing to do.
 * Errors: 401, 404 lane_not_found, 409 lane_not_pull, 422 invalid_input.
 */
export async function claimJobs(context: Context): Promise<Response> {
  const { lane, worker, quantity } = await readBody(context, claimRequest);
  const items = await claim(lane, worker, quantity);
  const jobs = (await Promise.all(items.map((item) => handOut(item, worker)))).filter((job) => job !== null);
  const nextClaimSeconds = items.length < quantity ? NEXT_CLAIM_SECONDS : 0;
  return context.json({ jobs, nextClaimSeconds } satisfies ClaimResponse);
}

/** The job as the worker gets it; null when its files cannot be read, and the attempt has been ended for that. */
async function handOut(item: ClaimedItem, worker: string): Promise<ClaimedJob | null> {
  const { job, attempt, lease_seconds, tool_settings } = item;
  const { files: fileRules = {}, input_schema: _schema, ...settings } = tool_settings;
  let files: Record<string, string[]>;
  try {
    files = await signInputs(Object.keys(fileRules), item);
  } catch (error) {
    const failure = failureOf(error);
    logError("claim", error, { job: job.id });
    const verdict = await attemptFailed({ jobId: job.id, token: attempt.token }, failure);
    logJob(job.id, verdict, { error_code: failure.code, worker });
    return null;
  }
  updated(job.id, "running", { worker, attempt: attempt.attempt });
  return {
    id: job.id,
    token: attempt.token,
    tool: job.tool,
    input: job.input,
    files,
    metadata: job.metadata,
    settings,
    userId: job.user_id,
    attempt: attempt.attempt,
    leaseSeconds: lease_seconds,
    createdAt: job.created_at,
    deadlineAt: job.deadline_at,
  };
}

/** Where to read the files that each of `fields` names; fields that name none are left out. Throws as copiesOf. */
async function signInputs(
  fields: string[],
  item: ClaimedItem,
): Promise<Record<string, string[]>> {
  const { input } = item.job;
  const copies = await copiesOf(item);
  const named = fields
    .map((field) => ({ field, paths: [input[field]].flat().filter((path) => typeof path === "string") }))
    .filter(({ paths }) => paths.length > 0);
  return Object.fromEntries(
    await Promise.all(
      named.map(async (
        { field, paths },
      ) => [field, await Promise.all(paths.map((path) => signInput(path, copies[path] ?? "")))]),
    ),
  );
}

/** A file that is gone does not come back; Storage does, which costs the job no attempt. */
function failureOf(error: unknown): ClassifiedFailure {
  if (error instanceof ClassifiedError) return error.failure;
  const message = "The input files cannot be read just now";
  return { retryClass: "wait", code: "storage_unavailable", message, retryAfterMs: 5000 };
}
