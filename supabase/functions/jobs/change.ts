/** `DELETE /jobs/:id` cancels, `POST /jobs/:id/retry` does again. */
import type { Context } from "hono";
import type { JobResponse } from "../../../shared/requests/requests.ts";
import { toJob } from "../../../shared/rows/job.ts";
import { admin, isNews, unwrap } from "../_shared/engine/database.ts";
import { type UserEnv, userOf } from "../_shared/http/user.ts";
import { background } from "../_shared/runtime/background.ts";
import { logJob } from "../_shared/runtime/log.ts";
import { doAgain } from "../_shared/work/do_again.ts";
import { drainCancels, drainLane, drainSettlements } from "../_shared/work/drain_later.ts";
import { jobIdOf } from "./read.ts";

/**
 * Answers 200 with `{job}`, cancelled; its `refund` says what becomes of its price. A job that had ended is answered as
 * it is. Errors: 404 not_found, 409 job_finishing.
 */
export async function cancelJob(context: Context<UserEnv>): Promise<Response> {
  const { userId } = userOf(context);
  const id = jobIdOf(context);
  const answer = await admin().rpc("cancel_job", { p_job_id: id, p_user_id: userId, p_caller_drains: true });
  const job = unwrap(answer);
  if (isNews(answer)) {
    logJob(job.id, job.current_step, { by: "user" });
    background("cancel", drainCancels()); // stops the task at the provider
    background("settle", drainSettlements());
    background("drain", drainLane(job.lane));
  } else logJob(job.id, "cancel came too late", { by: "user", status: job.status });
  return context.json({ job: toJob(job) } satisfies JobResponse);
}

/**
 * Answers 201 with `{job}`, a new job in place of the failed or cancelled one, charged anew; asked twice, the same.
 * Errors: 404 not_found, 409 not_retryable, and those of `POST /jobs`.
 */
export async function retryJob(context: Context<UserEnv>): Promise<Response> {
  const { userId } = userOf(context);
  const id = jobIdOf(context);
  const job = await doAgain(id, userId);
  return context.json({ job: toJob(job) } satisfies JobResponse, 201);
}
