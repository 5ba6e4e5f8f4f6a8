/** `POST /workers-api/heartbeat` and `/progress`: a worker is still at work, and hears whether to go on. */
import type { Context } from "hono";
import {
  heartbeatRequest,
  type HeartbeatResponse,
  progressRequest,
} from "../../../shared/requests/requests_workers.ts";
import { readBody } from "../_shared/http/request.ts";
import { extendLease } from "./pull_rpc.ts";
import { refused, updated } from "./refused.ts";

/** Answers 200 with `{continue, status, leaseSeconds, deadlineAt}`. Errors: 401, 409 stale_token, 422 invalid_input. */
export async function heartbeat(context: Context): Promise<Response> {
  return await extend(context, await readBody(context, heartbeatRequest));
}

/** As heartbeat; the progress must be there. */
export async function progress(context: Context): Promise<Response> {
  return await extend(context, await readBody(context, progressRequest));
}

async function extend(
  context: Context,
  request: { jobId: string; token: string; progress?: number | undefined },
): Promise<Response> {
  const { jobId, progress } = request;
  const lease = await extendLease(request, progress).catch(refused(jobId, { progress }));
  // A heartbeat by itself is no news.
  if (progress !== undefined) {
    updated(jobId, "progress", { progress, status: lease.status, continue: lease.continue });
  }
  return context.json(
    {
      continue: lease.continue,
      status: lease.status,
      leaseSeconds: lease.lease_seconds,
      deadlineAt: lease.deadline_at,
    } satisfies HeartbeatResponse,
  );
}
