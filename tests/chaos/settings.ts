/** How a run's database differs from a fresh one: more room, and less patience. Settings alone; no code is another. */
import type postgres from "postgres";

/** How long things may take before the engine looks after them. Durations as PostgreSQL reads them. */
export interface Pace {
  /** Of a worker's message: what a killed worker held comes back after it. */
  readonly lease: string;
  /** A task without a webhook is asked about after this long, and as often. */
  readonly poll: string;
  readonly backoffBase: string;
  readonly backoffMax: string;
  /** Of each attempt. What is in doubt for good ends here. */
  readonly timeout: string;
  /** Jobs that each lane runs at the same time. */
  readonly slots: number;
}

// pg_cron knows seconds from 1 to 59.
const SCHEDULES: readonly [name: string, schedule: string, command: string][] = [
  ["esteira-tick", "2 seconds", "select private.tick()"],
  ["esteira-reap", "2 seconds", "select worker.reap()"],
  ["esteira-retry", "10 seconds", "select private.sweep()"],
];

const PROMPT_ALONE = {
  type: "object",
  properties: { prompt: { type: "string" } },
  required: ["prompt"],
  additionalProperties: false,
};

/** Sets the pace of every lane and tool, and adds the tools `image_fal` and `image_replicate`, which are rows alone. */
export async function prepareDatabase(sql: postgres.Sql, pace: Pace): Promise<void> {
  await sql`
    update private.lanes set lease = ${pace.lease}, poll_after = ${pace.poll}, poll_every = ${pace.poll},
      backoff_base = ${pace.backoffBase}, backoff_max = ${pace.backoffMax}
    where delivery = 'webhook'`;
  for (const provider of ["fal", "replicate"]) {
    await sql`
      insert into public.tools (tool, lane, titles, credit_cost, settings)
      select ${`image_${provider}`}, ${provider}, titles, credit_cost,
        jsonb_build_object('input_schema', ${
      sql.json(PROMPT_ALONE)
    }::jsonb, ${provider}::text, settings -> ${provider}::text)
      from public.tools where tool = 'image'`;
  }
  await sql`update public.tools set timeout = ${pace.timeout}`;
  await sql`
    select private.set_capacity(account_id, ${pace.slots})
    from private.accounts join private.lanes using (lane) where delivery = 'webhook'`;
  for (const [name, schedule, command] of SCHEDULES) {
    await sql`select cron.schedule(${name}, ${schedule}, ${command})`;
  }
}
