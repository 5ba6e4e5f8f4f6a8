/**
 * How a run's database differs from a fresh one: more room, and less patience. Settings alone, but for one trigger that
 * has Storage fail for some jobs.
 */
import type postgres from "postgres";
import { LANE } from "./crew.ts";
import { SIMULATED } from "./scenarios/scenario.ts";

/** How long things may take before the engine looks after them. Durations as PostgreSQL reads them. */
export interface Pace {
  /** Of a worker's message: what a killed worker held comes back after it. */
  readonly lease: string;
  /** The same where the answer of a submit is the result, which takes its time: a submit is given up when its lease ends. */
  readonly leaseOfAnswers: string;
  /** A task without a webhook is asked about after this long, and as often. */
  readonly poll: string;
  readonly backoffBase: string;
  readonly backoffMax: string;
  /** Of each attempt. What is in doubt for good ends here. */
  readonly timeout: string;
  /** The same where a doubt may end: it takes two looks, a minute apart, before a submit is repeated. */
  readonly timeoutWhereDoubtEnds: string;
  /** How long a task is waited for of which nobody knows; twice its time-out at the least. */
  readonly taskLife: string;
  /** How long Storage fails for jobs whose scenario wants it, from their creation. */
  readonly storageFails: string;
  /** The largest file that Storage takes as a result, in bytes. */
  readonly largestOutput: number;
  /** Jobs that each lane runs at the same time. */
  readonly slots: number;
}

// pg_cron knows seconds from 1 to 59.
const SCHEDULES: readonly [name: string, schedule: string][] = [
  ["esteira-tick", "2 seconds"],
  ["esteira-ask", "2 seconds"],
  ["esteira-leases", "2 seconds"],
  ["esteira-overdue", "2 seconds"],
  ["esteira-expire", "3 seconds"],
  ["esteira-copies", "3 seconds"],
  ["esteira-tasks", "3 seconds"],
  ["esteira-retry", "10 seconds"],
];

const PROMPT_ALONE = {
  type: "object",
  properties: { prompt: { type: "string" } },
  required: ["prompt"],
  additionalProperties: false,
};

/** Has Storage answer 500 to results of jobs of the scenario `storage_fails`, as long as they are young. */
async function letStorageFail(sql: postgres.Sql, lasts: string): Promise<void> {
  await sql.unsafe(`
    create function private.chaos_storage_fails() returns trigger
    language plpgsql security definer set search_path = '' as $$
    begin
      if exists (
        select from public.jobs j where j.id::text = split_part(new.name, '/', 2)
          and j.metadata ->> 'scenario' like '%/storage_fails' and j.created_at > now() - interval '${lasts}') then
        raise exception 'The disk is full';
      end if;
      return new;
    end
    $$;
    create trigger chaos_storage_fails before insert on storage.objects
      for each row when (new.bucket_id = 'outputs') execute function private.chaos_storage_fails()`);
}

/** Sets the pace of every lane and tool, and adds the tools `image_fal`, `image_replicate` and `image_workers`, which are rows alone. */
export async function prepareDatabase(sql: postgres.Sql, pace: Pace): Promise<void> {
  await sql`
    update private.lanes set poll_after = ${pace.poll}, poll_every = ${pace.poll},
      backoff_base = ${pace.backoffBase}, backoff_max = ${pace.backoffMax}, task_life = ${pace.taskLife},
      lease = (case delivery when 'sync' then ${pace.leaseOfAnswers} else ${pace.lease} end)::interval,
      max_refunds_per_user = null`;
  // A handful of customers do what thousands would.
  await sql`update private.limits set maximum = null where limit_name like 'creates_a_minute%'`;
  for (const provider of ["fal", "replicate"]) {
    await sql`
      insert into public.tools (tool, lane, titles, credit_cost, settings)
      select ${`image_${provider}`}, ${provider}, titles, credit_cost,
        jsonb_build_object('input_schema', ${
      sql.json(PROMPT_ALONE)
    }::jsonb, ${provider}::text, settings -> ${provider}::text)
      from public.tools where tool = 'image'`;
  }
  await sql`
    insert into public.tools (tool, lane, titles, credit_cost, settings)
    select 'image_workers', 'external', titles, credit_cost, jsonb_build_object('input_schema', ${
    sql.json(PROMPT_ALONE)
  }::jsonb)
    from public.tools where tool = 'image'`;
  await sql`
    update public.tools set timeout = (case when lane in ('replicate', 'astria') then ${pace.timeoutWhereDoubtEnds}
      else ${pace.timeout} end)::interval`;
  const lanes: string[] = [...SIMULATED, LANE];
  await sql`
    select private.set_capacity(account_id, ${pace.slots}) from private.accounts where lane in ${sql(lanes)}`;
  await sql`update storage.buckets set file_size_limit = ${pace.largestOutput} where id = 'outputs'`;
  await letStorageFail(sql, pace.storageFails);
  for (const [name, schedule] of SCHEDULES) {
    await sql`select cron.alter_job(jobid, schedule => ${schedule}) from cron.job where jobname = ${name}`;
  }
}
