/** Doing a job again that failed or was cancelled, as its owner asks for it. */
import type { Database } from "../../../../shared/database.types.ts";
import { admin, isNews, unwrap } from "../engine/database.ts";
import { background } from "../runtime/background.ts";
import { logJob } from "../runtime/log.ts";
import { drainLane } from "./drain_later.ts";

/** The new job, and the same when asked twice. Errors: those of `retry_job`. */
export async function doAgain(
  id: string,
  userId: string,
): Promise<Database["public"]["Tables"]["jobs"]["Row"]> {
  const answer = await admin().rpc("retry_job", {
    p_job_id: id,
    p_user_id: userId,
    p_caller_drains: true,
    p_by_user: true,
  });
  const job = unwrap(answer);
  if (isNews(answer)) logJob(job.id, job.current_step, { retried_from: id });
  else logJob(job.id, "retry asked for again", { retried_from: id, step: job.current_step });
  background("drain", drainLane(job.lane));
  return job;
}
