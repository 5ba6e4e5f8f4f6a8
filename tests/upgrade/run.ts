/** An upgrade as an operator does it, under way while jobs are in every state; and what became of them. */
import type postgres from "postgres";
import { applyMigrations, type Migration } from "@esteira/local-supabase/postgres/migrations";
import { eventually } from "@esteira/local-supabase/testing";
import { type Deployment, startLocal } from "../world/deployment.ts";
import { type Before, startBefore } from "./before.ts";
import { gather, recordsOf } from "./gather.ts";
import type { Evidence } from "./judge.ts";
import { makeStages } from "./stages/all.ts";
import type { Stage } from "./stages/stage.ts";

/** From which migrations to which. */
export interface Upgrade {
  base: readonly Migration[];
  head: readonly Migration[];
  seed: string;
}

/** How long jobs may take to end. */
const PATIENCE_MS = 60_000;

/**
 * Makes the base, leaves jobs in every state, applies HEAD's migrations, starts the stack and its functions, and waits
 * until all jobs have ended, or `patienceMs`. `look` may look into the database at the end.
 */
export async function upgrade(
  { base, head, seed }: Upgrade,
  { patienceMs = PATIENCE_MS, look = async () => {} }: {
    patienceMs?: number;
    look?: (sql: postgres.Sql) => Promise<void>;
  } = {},
): Promise<Evidence> {
  const before = await startBefore(base, seed);
  let deployment: Deployment | undefined;
  try {
    await operate(before.sql);
    const stages = await makeStages(before);
    const endedBefore = await recordsOf(before.sql, stages.filter(({ hasEnded }) => hasEnded));

    await applyMigrations(before.cluster.url(), [...head]);
    deployment = await startLocal({ apiPort: before.apiPort, database: before.cluster });
    await goOn(before, deployment, stages, patienceMs);
    const evidence = await gather(before, stages, endedBefore);
    await look(before.sql);
    return evidence;
  } finally {
    await deployment?.close();
    await before.close();
  }
}

/** What an operator had changed: a price, a lane's patience, a rule, and a rule that was not wanted. */
async function operate(sql: postgres.Sql): Promise<void> {
  await sql`update public.tools set credit_cost = 7 where tool = 'veste_ai'`;
  await sql`update private.lanes set poll_after = '3 seconds', poll_every = '1 second' where delivery = 'webhook'`;
  await sql`update ops.alert_rules set threshold = 9 where name = 'An account is paused'`;
  await sql`delete from ops.alert_rules where name = 'A schedule fails'`;
}

/** Ends the pauses, and lets everybody work: the schedules, the functions, and the workers outside. */
async function goOn(
  { sql }: Before,
  deployment: Deployment,
  stages: readonly Stage[],
  patienceMs: number,
): Promise<void> {
  for (const { claim } of stages) if (claim) await completeOutside(deployment, claim);
  await sql`select ops.resume_account(account_id) from private.accounts where paused_until is not null`;
  await sql`select ops.resume_lane('replicate')`;
  await eventually(async () => {
    await sql`select worker.reap()`; // as pg_cron does once a minute
    await sql`select private.apply_pending_effects()`;
    await workOutside(deployment);
    const [left] = await sql`select from public.jobs where status in ('pending', 'processing') limit 1`;
    const [held] = await sql`select from private.slots where job_id is not null limit 1`;
    const [unsettled] = await sql`select from pgmq.q_settle_queue limit 1`;
    return left || held || unsettled ? undefined : true;
  }, { timeoutMs: patienceMs, what: "the jobs to end" }).catch(() => {}); // what is left is in the evidence
}

/** A worker outside, of whom nobody said that there was an upgrade: takes what there is to take, and does it. */
async function workOutside(deployment: Deployment): Promise<void> {
  const claim = await callWorkersApi(deployment, "claim", {
    lane: "external",
    worker: "another",
    quantity: 10,
  });
  for (const { id, token } of (claim as { jobs: { id: string; token: string }[] }).jobs ?? []) {
    await completeOutside(deployment, { jobId: id, token });
  }
}

async function completeOutside(deployment: Deployment, { jobId, token }: { jobId: string; token: string }) {
  await callWorkersApi(deployment, "complete", { jobId, token, output: { done: true } });
}

async function callWorkersApi(
  { apiUrl, secretKey }: Deployment,
  path: string,
  body: object,
): Promise<unknown> {
  const response = await fetch(`${apiUrl}/functions/v1/workers-api/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", apikey: secretKey },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok && response.status !== 409) {
    throw new Error(`workers-api/${path}: ${JSON.stringify(answer)}`);
  }
  return answer;
}
