/** Every call of Esteira that a benchmark makes. When a signature changes, it changes here. */
import type { Sql } from "../server/connection.ts";

/** A leased message and the parts of its work item that the benchmarks need. */
export interface Leased {
  queue: string;
  /** A bigint, as text. */
  msg_id: string;
  item: { job: { id: string }; attempt: { token: string } };
}

/** What a job is asked to do; the peers carry the same. */
export const INPUT = { prompt: "a lighthouse in the rain", scale: 2 };
/** What it comes to. */
export const OUTPUT = {
  files: [{ bucket: "outputs", path: "u/j/0.png", content_type: "image/png", bytes: 1 }],
};
export const OUTPUT_URL = "https://bench.test/outputs/u/j/0.png";

/** Whether there is a function of this name: `public.queue_position`. */
export async function isThere(sql: Sql, name: string): Promise<boolean> {
  const [row] = await sql<{ is_there: boolean }[]>`
    select to_regproc(${name}) is not null as is_there`;
  return row?.is_there ?? false;
}

/** Creates a job and returns its id. The caller drains the lane, so nothing is woken. */
export async function createJob(sql: Sql, userId: string, tool: string): Promise<string> {
  const [job] = await sql<{ id: string }[]>`
    select id from public.create_job(
      p_user_id => ${userId}::uuid, p_tool => ${tool}, p_input => ${sql.json(INPUT)},
      p_caller_drains => true)`;
  if (!job) throw new Error("create_job returned no job");
  return job.id;
}

/** Creates a job and begins with it, where it starts at once: its message is leased in the same transaction. */
export async function createLeased(sql: Sql, userId: string, tool: string): Promise<Leased | undefined> {
  const [row] = await sql<{ message: Leased | null }[]>`
    select worker.create_job(
      p_user_id => ${userId}::uuid, p_tool => ${tool}, p_input => ${
    sql.json(INPUT)
  }) -> 'message' as message`;
  return row?.message ?? undefined;
}

/** The function behind {@linkcode createJobs}. */
export const CREATE_JOBS = "public.create_jobs";

/** Creates `count` jobs of one user, at most 1,000, in one call. The caller drains the lane. */
export async function createJobs(sql: Sql, userId: string, tool: string, count: number): Promise<void> {
  const jobs = Array.from({ length: count }, () => ({ tool, input: INPUT }));
  await sql`
    select count(*) from public.create_jobs(
      p_user_id => ${userId}::uuid, p_jobs => ${sql.json(jobs)}, p_caller_drains => true)`;
}

/** How many jobs there are, in whatever state. */
export async function countJobs(sql: Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::integer as count from public.jobs`;
  return row?.count ?? 0;
}

/** Leases the next message of a lane; undefined when there is none. */
export async function receive(sql: Sql, lane: string): Promise<Leased | undefined> {
  const [message] = await sql<Leased[]>`
    select queue, msg_id, item from worker.receive(p_lane => ${lane}, p_qty => 1)`;
  return message;
}

/** Leases up to `count` messages of a lane. */
export async function receiveMany(sql: Sql, lane: string, count: number): Promise<Leased[]> {
  return await sql<Leased[]>`
    select queue, msg_id, item from worker.receive(p_lane => ${lane}, p_qty => ${count})`;
}

/** The function behind {@linkcode completeMany}. */
export const COMPLETE_MANY = "worker.complete_many";

/** What a report of many says of each of these messages' jobs. */
const named = ({ item }: Leased) => ({ job_id: item.job.id, token: item.attempt.token });

/** Providers have taken these tasks; the messages stay, to be acknowledged with the results. */
export async function submittedMany(sql: Sql, messages: Leased[]): Promise<void> {
  const items = messages.map((message) => ({
    ...named(message),
    external_id: message.item.job.id,
    raw: { code: 0, data: { taskId: message.item.job.id } },
  }));
  await sql`select count(*) from worker.submitted_many(${sql.json(items)})`;
}

/**
 * The results of these jobs are stored: completes them and acknowledges the messages.
 * @throws Error when one of them was not completed.
 */
export async function completeMany(sql: Sql, messages: Leased[]): Promise<void> {
  const items = messages.map((message) => ({
    ...named(message),
    output: OUTPUT,
    output_url: OUTPUT_URL,
    queue: message.queue,
    msg_id: message.msg_id,
  }));
  const [row] = await sql<{ done: number }[]>`
    select count(*) filter (where verdict = 'completed')::integer as done from worker.complete_many(${
    sql.json(items)
  })`;
  if (row?.done !== items.length) throw new Error(`${row?.done} jobs were completed of ${items.length}`);
}

/** A worker passes the checkpoint and the provider takes the task: two transactions; acknowledges the message. */
export async function submitted(
  sql: Sql,
  { queue, msg_id, item }: Leased,
  externalId: string,
): Promise<void> {
  await sql`select worker.checkpoint(p_job_id => ${item.job.id}, p_token => ${item.attempt.token},
    p_checkpoint => '{}', p_terms => '{"resubmit": "reconcile_only", "can_stop": true}',
    p_queue => ${queue}, p_msg_id => ${msg_id})`;
  await sql`select worker.submitted(p_job_id => ${item.job.id}, p_token => ${item.attempt.token},
    p_external_id => ${externalId}, p_raw => ${sql.json({ code: 0, data: { taskId: externalId } })},
    p_queue => ${queue}, p_msg_id => ${msg_id})`;
}

/**
 * The provider's webhook: done. Returns the settle message, to be completed.
 * @throws Error when the webhook was not accepted.
 */
export async function webhook(sql: Sql, { item }: Leased, externalId: string): Promise<Leased> {
  const [row] = await sql<{ answer: { verdict: string; message?: Leased } }[]>`
    select worker.webhook(p_provider => 'bench', p_dedupe_key => ${externalId}, p_job_id => ${item.job.id},
      p_token => ${item.attempt.token}, p_verified_by => 'token', p_headers => '{}',
      p_payload => ${sql.json({ event: "TASK_END", taskId: externalId })}, p_word => 'succeeded',
      p_external_id => ${externalId}) as answer`;
  if (!row?.answer.message) {
    throw new Error(`the webhook was ${row?.answer.verdict}`);
  }
  return row.answer.message;
}

/** The result is stored: completes the job and acknowledges the message. */
export async function complete(sql: Sql, { queue, msg_id, item }: Leased): Promise<void> {
  await sql`select worker.complete(p_job_id => ${item.job.id}, p_token => ${item.attempt.token},
    p_output => ${sql.json(OUTPUT)}, p_output_url => ${OUTPUT_URL},
    p_queue => ${queue}, p_msg_id => ${msg_id})`;
}

/** The provider is busy: the job waits again, no attempt used. */
export async function failBusy(sql: Sql, { queue, msg_id, item }: Leased): Promise<void> {
  await sql`select worker.attempt_failed(p_job_id => ${item.job.id}, p_token => ${item.attempt.token},
    p_retry_class => 'wait', p_error_code => 'busy', p_error_message => 'busy', p_retry_after => interval '0',
    p_queue => ${queue}, p_msg_id => ${msg_id})`;
}

/** One transaction that takes the slot from a job and dispatches; returns how many jobs were dispatched. */
export async function freeAndDispatch(sql: Sql, jobId: string, lane: string): Promise<number> {
  const [row] = await sql<{ dispatched: number }[]>`
    with freed as materialized (
      select private.free_slot(slot_id, token) as is_freed from private.slots where job_id = ${jobId})
    select private.dispatch(p_lane => ${lane}, p_poke => false) as dispatched from freed where is_freed`;
  return row?.dispatched ?? 0;
}

/** Dispatches a lane; returns how many jobs were dispatched. */
export async function dispatch(sql: Sql, lane: string): Promise<number> {
  const [row] = await sql<{ dispatched: number }[]>`
    select private.dispatch(p_lane => ${lane}, p_poke => false) as dispatched`;
  return row?.dispatched ?? 0;
}

/** Takes every slot from its job, dispatching nothing. */
export async function freeAllSlots(sql: Sql): Promise<void> {
  await sql`update private.slots set job_id = null, token = null where token is not null`;
}

/** The job of some taken slot of a lane. */
export async function someRunningJob(sql: Sql, lane: string): Promise<string> {
  const [slot] = await sql<{ job_id: string }[]>`
    select job_id from private.slots where lane = ${lane} and job_id is not null order by random() limit 1`;
  if (!slot) throw new Error(`lane ${lane} runs nothing`);
  return slot.job_id;
}

/** How many jobs of a lane are at the provider: given a slot, and not yet reported as done. */
export async function countRunning(sql: Sql, lane: string): Promise<number> {
  const [row] = await sql<{ running: number }[]>`
    select count(*)::integer as running from public.jobs
    where lane = ${lane} and status = 'processing' and current_step in ('starting', 'running')`;
  return row?.running ?? 0;
}

/** Changes how many jobs the account of a lane runs at once. */
export async function setCapacity(sql: Sql, lane: string, capacity: number): Promise<void> {
  await sql`select private.set_capacity(p_account_id => account_id, p_capacity => ${capacity})
    from private.accounts where lane = ${lane}`;
}

/** What the schedule does: dispatches every lane, then looks for jobs that were lost and slots that leaked. */
export async function tickAndReap(sql: Sql): Promise<void> {
  await sql`select private.tick()`;
  await sql`select worker.reap()`;
}

/** The function behind {@linkcode queuePosition}. */
export const QUEUE_POSITION = "public.queue_position";

/** Asks for the position of a waiting job, as whoever {@linkcode actAs} names. */
export async function queuePosition(sql: Sql, jobId: string): Promise<void> {
  await sql`select public.queue_position(p_job_id => ${jobId})`;
}

/** Makes the session's next calls those of a signed-in user, as the Data API does. */
export async function actAs(sql: Sql, userId: string): Promise<void> {
  const claims = JSON.stringify({ sub: userId, role: "authenticated" });
  await sql`select set_config('request.jwt.claims', ${claims}, false)`;
}

/** `count` waiting jobs of a lane, drawn by chance, and their owners. */
export async function someWaitingJobs(
  sql: Sql,
  lane: string,
  count: number,
): Promise<{ id: string; user_id: string }[]> {
  return await sql<{ id: string; user_id: string }[]>`
    select id, user_id from public.jobs where lane = ${lane} and status = 'pending' order by random() limit ${count}`;
}

/** `count` jobs of a status, drawn by chance from a part of the table, and their owners. */
export async function someJobs(
  sql: Sql,
  status: string,
  count: number,
): Promise<{ id: string; user_id: string }[]> {
  return await sql<{ id: string; user_id: string }[]>`
    select id, user_id from (
      select id, user_id from public.jobs ${status === "completed" ? sql`tablesample system (0.1)` : sql``}
      where status = ${status}) found
    order by random() limit ${count}`;
}

/** Asks, as an operator, why a job stands where it stands. */
export async function diagnose(sql: Sql, jobId: string): Promise<void> {
  await sql`select * from ops.diagnose(p_job_id => ${jobId})`;
}

/** The same as its owner, whoever {@linkcode actAs} names. */
export async function why(sql: Sql, jobId: string): Promise<void> {
  await sql`select * from public.why(p_job_id => ${jobId})`;
}
