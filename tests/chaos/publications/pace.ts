/** How a run's database differs from a fresh one: less patience, and limits that are reached. Settings alone. */
import type postgres from "postgres";
import type { Limits } from "./scenarios/scenario.ts";

export interface Pace {
  /** Of a message, in seconds. */
  readonly lease: number;
  readonly limits: Limits;
}

// pg_cron knows seconds from 1 to 59.
const SCHEDULES: readonly [name: string, schedule: string][] = [
  ["esteira-tick", "1 seconds"],
  ["esteira-publications", "1 seconds"],
  ["esteira-connections", "1 seconds"],
  ["esteira-overdue", "2 seconds"],
  ["esteira-ask", "2 seconds"],
  ["esteira-expire", "3 seconds"],
  ["esteira-retry", "10 seconds"],
];

export async function prepareDatabase(sql: postgres.Sql, { lease, limits }: Pace): Promise<void> {
  await sql`update public.tools set is_enabled = true where lane = 'publication'`;
  await sql`
    update private.lanes set lease = ${lease} * interval '1 second', backoff_base = '500 milliseconds',
      backoff_max = '2 seconds', max_refunds_per_user = null, max_waiting_per_user = null
    where lane = 'publication'`;
  await sql`update private.limits set maximum = null where limit_name like 'creates_a_minute%'`;
  await sql`
    update private.platforms set post_limit = ${limits.app}, post_window = ${limits.seconds} * interval '1 second',
      connection_post_limit = ${limits.account}, connection_post_window = ${limits.seconds} * interval '1 second',
      post_zone = null, connection_post_zone = null`;
  for (const [name, schedule] of SCHEDULES) {
    await sql`select cron.alter_job(jobid, schedule => ${schedule}) from cron.job where jobname = ${name}`;
  }
}
