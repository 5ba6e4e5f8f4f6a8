/** Reads what there is to be judged, from the database and the simulators. */
import type postgres from "postgres";
import type { Before } from "./before.ts";
import type { Evidence, JobAfter } from "./judge.ts";
import type { Stage } from "./stages/stage.ts";

/** What must not change of jobs that have ended. */
export async function recordsOf(sql: postgres.Sql, stages: readonly Stage[]): Promise<Map<string, string>> {
  const rows = await sql`
    select id, jsonb_build_array(status, output, step_history, completed_at)::text as record
    from public.jobs where id in ${sql(stages.map(({ jobId }) => jobId))}`;
  return new Map(rows.map(({ id, record }) => [id, record]));
}

/** Gathers the evidence. */
export async function gather(
  { sql, simulators }: Before,
  stages: readonly Stage[],
  endedBefore: ReadonlyMap<string, string>,
): Promise<Evidence> {
  const records = await recordsOf(sql, stages);
  const rows = await sql`
    select j.id, j.status, j.error_code,
      (select count(*)::integer from public.credit_entries e where e.job_id = j.id and e.kind = 'charge') as charges,
      (select count(*)::integer from public.credit_entries e where e.job_id = j.id and e.kind = 'refund') as refunds,
      (select count(*)::integer from public.job_attempts a where a.job_id = j.id and a.outcome is null) as open_attempts
    from public.jobs j`;
  const jobs = new Map(rows.map((row): [string, JobAfter] => [row.id, {
    status: row.status,
    errorCode: row.error_code,
    charges: row.charges,
    refunds: row.refunds,
    openAttempts: row.open_attempts,
    record: records.get(row.id) ?? "",
  }]));
  const drift = await sql`select job_id, problem from ops.credit_drift()`;
  const undecided = await sql`
    select job_id, 'its task is not known to be over' as what from private.cancels where over_at is null
    union all select id, 'its refund is due' from public.jobs where refund = 'due'`;
  const [slots] = await sql`select count(*)::integer as busy from private.slots where job_id is not null`;
  const letters = await sql`select job_id as id from ops.dead_letters`;
  const effects = await sql`select job_id, outcome from public.job_effects where outcome <> 'applied'`;
  return {
    stages,
    jobs,
    endedBefore,
    jobCount: rows.length,
    tasks: tasksByJob(Object.values(simulators), stages),
    creditDrift: drift.map(({ job_id, problem }) => `${job_id}: ${problem}`),
    undecided: undecided.map(({ job_id, what }) => `${job_id}: ${what}`),
    busySlots: slots?.busy ?? 0,
    queues: await queueLengths(sql),
    deadLetters: letters.map(({ id }) => id),
    effects: effects.map(({ job_id, outcome }) => `${job_id}: ${outcome}`),
    overwrittenRows: await overwritten(sql),
  };
}

/** A callback names its job: so a task is known by the address that it reports to. */
function tasksByJob(simulators: readonly unknown[], stages: readonly Stage[]): Map<string, number> {
  const urls = simulators.flatMap((simulator) =>
    typeof simulator === "object" && simulator !== null && "tasks" in simulator
      ? (simulator as { tasks(): { webhookUrl: string | null }[] }).tasks().map(({ webhookUrl }) =>
        webhookUrl ?? ""
      )
      : []
  );
  return new Map(stages.map(({ jobId }) => [jobId, urls.filter((url) => url.includes(jobId)).length]));
}

async function queueLengths(sql: postgres.Sql): Promise<Map<string, number>> {
  const queues = await sql`
    select queue_name, (pgmq.metrics(queue_name)).queue_length::integer as length from pgmq.list_queues()`;
  return new Map(queues.map(({ queue_name, length }) => [queue_name, length]));
}

/** What the operator had changed (see run.ts) and is not so any more. */
async function overwritten(sql: postgres.Sql): Promise<string[]> {
  const [now] = await sql`
    select
      (select credit_cost from public.tools where tool = 'veste_ai') as price,
      (select array_agg(distinct poll_after::text) from private.lanes where delivery = 'webhook') as patience,
      (select threshold::integer from ops.alert_rules where name = 'An account is paused') as threshold,
      (select count(*)::integer from ops.alert_rules where name = 'A schedule fails') as unwanted`;
  return [
    ...now?.price === 7 ? [] : ["tool veste_ai: credit_cost"],
    ...String(now?.patience) === "00:00:03" ? [] : ["lanes: poll_after"],
    ...now?.threshold === 9 ? [] : ["alert rule An account is paused: threshold"],
    ...now?.unwanted === 0 ? [] : ["alert rule A schedule fails: is back"],
  ];
}
