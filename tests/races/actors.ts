/** What the races do with the engine: users, lanes of their own, and the calls of workers, users and providers. */
import assert from "node:assert/strict";
import type { Row, Session } from "./harness.ts";

/** A lane with one account and one tool of its own name, which costs one credit and needs no files. */
export interface Lane {
  name: string;
  queue: string;
  accountId: number;
}

/** The columns of a job that the races look at. */
export interface JobRow extends Row {
  id: string;
  status: string;
  current_step: string;
  priority: number;
  attempt: number;
  version: number;
  request_id: string | null;
}

/** An attempt that somebody works on. */
export interface Work {
  jobId: string;
  token: string;
  attempt: number;
}

let made = 0;
const unique = (prefix: string) => `${prefix}_${++made}`;

/** Makes a user with so many credits and returns the id. */
export async function createUser(session: Session, credits = 100): Promise<string> {
  const id = crypto.randomUUID();
  await session.rows("insert into auth.users (id, email) values ($1, $2)", [
    id,
    `${unique("user")}@example.test`,
  ]);
  if (credits > 0) await grant(session, id, credits);
  return id;
}

export async function grant(session: Session, userId: string, credits: number): Promise<void> {
  await session.call("ops.grant_credits", { p_user_id: userId, p_amount: credits, p_note: "for a race" });
}

/** Columns of private.lanes that a race sets. */
export interface LaneLimits {
  max_active_per_user?: number;
  max_waiting_per_user?: number;
  rate_limit?: number;
  rate_window?: string;
  [column: string]: string | number | undefined;
}

/**
 * Makes a lane with so many slots. `used`: as if it had dispatched before, so that the rows that a lane's first
 * dispatch makes are there.
 */
export async function createLane(
  session: Session,
  { capacity = 1, used = true, limits = {}, effect = null }: {
    capacity?: number;
    used?: boolean;
    limits?: LaneLimits;
    /** What its jobs change besides themselves. */
    effect?: "project_node" | "model" | null;
  } = {},
): Promise<Lane> {
  const name = unique("race");
  await session.call("private.create_lane", { p_lane: name, p_provider: name });
  const accountId = await addAccount(session, name, capacity);
  await session.rows(
    `insert into public.tools (tool, lane, titles, effect) values ($1, $1, '{"en": "Race"}', $2)`,
    [name, effect],
  );
  const columns = Object.keys(limits);
  if (columns.length > 0) {
    const settings = columns.map((column, i) => `${column} = $${i + 2}`).join(", ");
    const values = columns.map((column) => limits[column] ?? null);
    await session.rows(`update private.lanes set ${settings} where lane = $1`, [name, ...values]);
  }
  if (used) {
    await session.rows("insert into private.clocks (lane, priority) values ($1, 0), ($1, 1)", [name]);
    const names = "('poke:' || $1, '-infinity'), ('announce:' || $1, '-infinity')";
    await session.rows(`insert into private.throttles (name, passed_at) values ${names}`, [name]);
  }
  return { name, queue: `${name}_queue`, accountId };
}

/** Adds an account to a lane and returns its id. */
export async function addAccount(session: Session, lane: string, capacity: number): Promise<number> {
  const named = { p_lane: lane, p_name: unique("account"), p_secret_name: null, p_capacity: capacity };
  return await session.ask<number>("ops.add_account", named);
}

export async function setCapacity(session: Session, accountId: number, capacity: number): Promise<void> {
  await session.call("private.set_capacity", { p_account_id: accountId, p_capacity: capacity });
}

/** Dispatches a lane; returns how many jobs started. */
export async function dispatch(session: Session, lane: Lane): Promise<number> {
  return await session.ask<number>("private.dispatch", { p_lane: lane.name });
}

/** Creates a job and returns its row as create_job does. */
export async function createJob(
  session: Session,
  lane: Lane,
  userId: string,
  options: { key?: string; priority?: number; metadata?: object } = {},
): Promise<JobRow> {
  const [job] = await session.call<JobRow>("public.create_job", {
    p_user_id: userId,
    p_tool: lane.name,
    p_input: {},
    p_priority: options.priority ?? 0,
    p_idempotency_key: options.key ?? null,
    p_metadata: options.metadata ?? {},
  });
  assert(job);
  return job;
}

/** Creates jobs while the lane is paused, then lifts the pause without dispatching: they wait beside free slots. */
export async function createWaitingJobs(session: Session, lane: Lane, userIds: string[]): Promise<JobRow[]> {
  await session.call("ops.pause_lane", { p_lane: lane.name, p_reason: "jobs are to wait" });
  const jobs: JobRow[] = [];
  for (const userId of userIds) jobs.push(await createJob(session, lane, userId));
  await session.rows("update private.lanes set paused_until = null, pause_reason = null where lane = $1", [
    lane.name,
  ]);
  return jobs;
}

/** A job as it is. */
export async function jobOf(session: Session, jobId: string): Promise<JobRow> {
  return await session.row<JobRow>("select * from public.jobs where id = $1", [jobId]);
}

/** The last attempt of a job. */
export async function workOf(session: Session, jobId: string): Promise<Work> {
  return await session.row<Work & Row>(
    `select job_id as "jobId", token, attempt from public.job_attempts where job_id = $1 order by attempt desc limit 1`,
    [jobId],
  );
}

/** Creates a job that starts at once, and returns its attempt. */
export async function createRunningJob(session: Session, lane: Lane, userId: string): Promise<Work> {
  const job = await createJob(session, lane, userId);
  assert.equal(job.status, "processing");
  return await workOf(session, job.id);
}

/** Creates a job whose task a provider has: it starts at once, passes the checkpoint and is submitted. */
export async function createSubmittedJob(session: Session, lane: Lane, userId: string): Promise<Work> {
  const work = await createRunningJob(session, lane, userId);
  assert.equal(await checkpoint(session, work), true);
  assert.equal(await submitted(session, work), "processing");
  return work;
}

/** Asks to submit an attempt; returns whether it may be. */
export async function checkpoint(session: Session, work: Work, terms: Terms = {}): Promise<boolean> {
  const named = { p_job_id: work.jobId, p_token: work.token, p_checkpoint: {}, p_terms: terms };
  return await session.ask<boolean>("worker.checkpoint", named);
}

/** What the provider makes of submits. */
export interface Terms {
  resubmit?: "idempotent" | "at_least_once" | "reconcile_only";
  can_stop?: boolean;
}

/** The provider has taken the task; returns the job's status. */
export async function submitted(session: Session, work: Work): Promise<string> {
  const named = { p_job_id: work.jobId, p_token: work.token, p_external_id: "task-1", p_raw: { code: 0 } };
  return await session.ask<string>("worker.submitted", named);
}

/** Completes an attempt; returns completed, duplicate or late. */
export async function complete(session: Session, work: Work): Promise<string> {
  return await session.ask<string>("worker.complete", {
    p_job_id: work.jobId,
    p_token: work.token,
    p_output: { files: [] },
    p_output_url: "https://example.test/a.png",
  });
}

/** Fails an attempt; returns failed, retried, duplicate or late. */
export async function attemptFailed(session: Session, work: Work, retryClass: string): Promise<string> {
  return await session.ask<string>("worker.attempt_failed", {
    p_job_id: work.jobId,
    p_token: work.token,
    p_retry_class: retryClass,
    p_error_code: "out_of_luck",
    p_error_message: "It did not work.",
  });
}

/** Cancels a job and returns its row. */
export async function cancel(session: Session, jobId: string): Promise<JobRow> {
  const [job] = await session.call<JobRow>("public.cancel_job", { p_job_id: jobId });
  assert(job);
  return job;
}

/** A webhook that says that the provider is done; returns its verdict. */
export async function webhook(
  session: Session,
  lane: Lane,
  work: Work,
  dedupeKey: string,
  word: "succeeded" | "failed" = "succeeded",
): Promise<string> {
  const { verdict } = await session.ask<{ verdict: string }>("worker.webhook", {
    p_provider: lane.name,
    p_dedupe_key: dedupeKey,
    p_job_id: work.jobId,
    p_token: work.token,
    p_verified_by: "token",
    p_headers: {},
    p_payload: { word },
    p_word: word,
    p_external_id: "task-1",
  });
  return verdict;
}

/** An item that a claim hands out, as far as the races look at it. */
export interface ClaimedItem {
  job: { id: string; lane: string };
  attempt: { attempt: number; token: string };
}

/** Claims jobs of a pull lane; returns their attempts. */
export async function claim(
  session: Session,
  lane: Lane,
  quantity = 10,
  worker = session.name,
): Promise<Work[]> {
  const rows = await session.call<{ claim: ClaimedItem }>("worker.claim", {
    p_lane: lane.name,
    p_worker: worker,
    p_qty: quantity,
  });
  return rows.map(({ claim: { job, attempt } }) => ({ jobId: job.id, ...attempt }));
}

/** Says that a worker is still at work; returns whether it is to go on. */
export async function heartbeat(session: Session, work: Work): Promise<boolean> {
  const named = { p_job_id: work.jobId, p_token: work.token };
  return (await session.ask<{ continue: boolean }>("worker.heartbeat", named)).continue;
}

/** Lets the lease of a job run out. */
export async function expire(session: Session, { jobId, attempt }: Work): Promise<void> {
  await session.rows(
    "update public.job_attempts set leased_until = clock_timestamp() - interval '1 second' where job_id = $1 and attempt = $2",
    [jobId, attempt],
  );
}

/** Leases messages of a lane; returns the ids of their jobs. */
export async function receive(session: Session, lane: Lane, quantity = 10): Promise<string[]> {
  const rows = await session.call<{ item: { job: { id: string } } }>("worker.receive", {
    p_lane: lane.name,
    p_qty: quantity,
  });
  return rows.map((row) => row.item.job.id);
}
