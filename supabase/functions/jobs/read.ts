/** `GET /jobs/:id`, `/jobs/by-id`, `/jobs/by-request/:requestId` and `/jobs/:id/position`: the truth about jobs; what clients poll when realtime fails them. */
import type { Context } from "hono";
import { z } from "zod";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import { type JobsById, jobsByIdQuery } from "../../../shared/requests/by_id.ts";
import { JOB_COLUMNS, queuePosition, toJob } from "../../../shared/rows/job.ts";
import type { ShownJobResponse } from "../../../shared/requests/requests.ts";
import { unwrap } from "../_shared/engine/database.ts";
import { unlessKnown } from "../_shared/http/etag.ts";
import { readQuery } from "../_shared/http/request.ts";
import { isStorableText } from "../_shared/text/storable.ts";
import { requireStillThere, type UserEnv, userOf } from "../_shared/http/user.ts";
import { isWhole, shown, stateOf } from "./show.ts";

/** Providers' ids are shorter, and an address of more would not reach the Data API. */
const MAX_REQUEST_ID = 500;

/** Answers `{job}`, its files with signed addresses. Error: 404 not_found, also for another user's job. */
export async function getJob(context: Context<UserEnv>): Promise<Response> {
  const id = jobIdOf(context);
  const { client, userId } = userOf(context);
  // Admins may read everybody's rows; this is about their own, as it is below.
  return await answer(
    context,
    unwrap(await client.from("jobs").select(JOB_COLUMNS).eq("id", id).eq("user_id", userId).maybeSingle()),
  );
}

/**
 * Answers `{jobs}`: those of the caller's that are asked for and still there, in the order asked for, each once, their
 * files with signed addresses. Error: 422 invalid_input.
 */
export async function getJobsById(context: Context<UserEnv>): Promise<Response> {
  const { client, userId } = userOf(context);
  const ids = readQuery(context, jobsByIdQuery).id.map((id) => id.toLowerCase());
  const rows = unwrap(await client.from("jobs").select(JOB_COLUMNS).in("id", ids).eq("user_id", userId));
  if (rows.length === 0) await requireStillThere(context);
  const found = new Map(rows.map(toJob).map((job) => [job.id, job]));
  const jobs = [...new Set(ids)].flatMap((id) => found.get(id) ?? []);
  return await unlessKnown(
    context,
    stateOf(jobs),
    async () => ({ jobs: await shown(client, jobs) }) satisfies JobsById,
    ({ jobs }) => isWhole(jobs),
  );
}

/** As getJob, by the provider's task id. The newest job where several have it. */
export async function getJobByRequest(context: Context<UserEnv>): Promise<Response> {
  const { client, userId } = userOf(context);
  const requestId = context.req.param("requestId") ?? "";
  if (!isStorableText(requestId) || requestId.length > MAX_REQUEST_ID) throw notFound();
  return await answer(
    context,
    unwrap(
      await client.from("jobs").select(JOB_COLUMNS).eq("request_id", requestId).eq("user_id", userId)
        .order("created_at", { ascending: false }).limit(1).maybeSingle(),
    ),
  );
}

/** Answers `{position, exact, ticket, waiting, running, slots}`: where the job stands in its lane. Error: 404 not_found. */
export async function getPosition(context: Context<UserEnv>): Promise<Response> {
  const { client } = userOf(context);
  const position = unwrap(await client.rpc("queue_position", { p_job_id: jobIdOf(context) }));
  return context.json(queuePosition.parse(position));
}

/** The job id in the path. Error: 404 not_found for what cannot be one. */
export function jobIdOf(context: Context<UserEnv>): string {
  const id = z.guid().safeParse(context.req.param("id")).data;
  if (!id) throw notFound();
  return id;
}

async function answer(context: Context<UserEnv>, row: unknown): Promise<Response> {
  if (!row) {
    await requireStillThere(context);
    throw notFound();
  }
  const job = toJob(row);
  return await unlessKnown(
    context,
    stateOf([job]),
    async () => {
      const [found] = await shown(userOf(context).client, [job]);
      if (!found) throw notFound();
      return { job: found } satisfies ShownJobResponse;
    },
    ({ job }) => isWhole([job]),
  );
}

function notFound(): EsteiraError {
  return new EsteiraError("not_found", "You have no such job.");
}
