/** What its owner does with a publication: cancel it, do it again, say what became of it. */
import type { Context } from "hono";
import { type PublicationResponse, resolveRequest } from "../../../shared/requests/requests_publications.ts";
import { admin, isNews, unwrap } from "../_shared/engine/database.ts";
import { readBody } from "../_shared/http/request.ts";
import { type UserEnv, userOf } from "../_shared/http/user.ts";
import { background } from "../_shared/runtime/background.ts";
import { logJob } from "../_shared/runtime/log.ts";
import { doAgain } from "../_shared/work/do_again.ts";
import { drainLane, drainSettlements } from "../_shared/work/drain_later.ts";
import { publicationIdOf, readOwn } from "./read.ts";

/**
 * Answers `{publication}`, cancelled; one that has ended is answered as it is. Errors: 404 not_found, 409 job_finishing
 * from its commit on.
 */
export async function cancelPublication(context: Context<UserEnv>): Promise<Response> {
  const { userId } = userOf(context);
  const { id } = await readOwn(context, publicationIdOf(context));
  const answer = await admin().rpc("cancel_job", { p_job_id: id, p_user_id: userId, p_caller_drains: true });
  const job = unwrap(answer);
  if (isNews(answer)) {
    logJob(id, job.current_step, { by: "user" });
    background("settle", drainSettlements());
    background("drain", drainLane(job.lane));
  } else logJob(id, "cancel came too late", { by: "user", status: job.status });
  return context.json({ publication: await readOwn(context, id) } satisfies PublicationResponse);
}

/**
 * Answers 201 with `{publication}`, a new one in place of a failed or cancelled one, charged anew; asked twice, the same.
 * Errors: 404 not_found, 409 not_retryable, 409 duplicate_content where it may be there, and those of an enqueue.
 */
export async function retryPublication(context: Context<UserEnv>): Promise<Response> {
  const { userId } = userOf(context);
  const { id } = await readOwn(context, publicationIdOf(context));
  const job = await doAgain(id, userId);
  return context.json({ publication: await readOwn(context, job.id) } satisfies PublicationResponse, 201);
}

/**
 * Somebody has looked. Answers `{publication}`: what was there is kept and paid for, what was not is paid back. Errors: 404
 * not_found, 409 not_unknown, 409 already_resolved.
 */
export async function resolvePublication(context: Context<UserEnv>): Promise<Response> {
  const { userId } = userOf(context);
  const id = publicationIdOf(context);
  const { resolved, reason } = await readBody(context, resolveRequest);
  unwrap(
    await admin().rpc("resolve_publication", {
      p_job_id: id,
      p_resolved: resolved,
      p_user_id: userId,
      ...reason === undefined ? {} : { p_reason: reason },
    }),
  );
  logJob(id, "resolved", { by: "user", resolved });
  return context.json({ publication: await readOwn(context, id) } satisfies PublicationResponse);
}
