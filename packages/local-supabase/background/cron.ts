/**
 * pg_cron's scheduler: reads `cron.job` when it changes, starts what is due, one run of a job at a time. Tolerates
 * an extension that is not created yet and a database that goes away. The extension's SQL is
 * postgres/extensions/pg_cron--1.6.4.sql.
 *
 * Differs from the original: a job that is unscheduled while it runs is left to finish.
 */
import type postgres from "postgres";
import { openDatabase, RETRY_AFTER } from "../reconnecting_database.ts";
import { Wakeup } from "../wakeup.ts";
import { CronAgenda, type CronJob } from "./cron_agenda.ts";
import { runJob } from "./cron_run.ts";

/** What the scheduler needs. */
export interface CronOptions {
  /** As a superuser. */
  databaseUrl: string;
  /** Milliseconds since the epoch; tests give a clock of their own. */
  now?: () => number;
}

/** Starts the scheduler; resolves when it listens. */
export async function startCron(
  { databaseUrl, now = Date.now }: CronOptions,
): Promise<{ close(): Promise<void> }> {
  const agenda = new CronAgenda(now());
  const wakeup = new Wakeup();
  const stop = new AbortController();
  const underWay = new Set<string>();
  const runs = new Set<Promise<void>>();
  let stale = true;
  let restarted = true;

  const reread = () => {
    stale = true;
    wakeup.wake();
  };
  const database = await openDatabase({
    databaseUrl,
    name: "pg_cron scheduler",
    max: 4,
    channel: "pg_cron_changed",
    onNotify: reread,
    onListening() {
      restarted = true;
      reread();
    },
  });

  const start = (job: CronJob) => {
    const run = runJob(job, { databaseUrl, database, underWay, signal: stop.signal })
      .catch(() => {}) // the database went away; failLostRuns completes the record when it is back
      .finally(() => {
        runs.delete(run);
        agenda.finished(job.jobid);
        wakeup.wake();
      });
    runs.add(run);
  };

  const refresh = async () => {
    if (restarted) {
      restarted = false;
      await failLostRuns(database.sql, [...underWay]);
    }
    stale = false; // before reading: a change during the read makes it stale again
    agenda.setJobs(await activeJobs(database.sql), now());
  };

  const loop = async () => {
    while (!stop.signal.aborted) {
      if (stale) {
        const failed = await refresh().then(() => false, () => true);
        if (failed) {
          stale = restarted = true;
          await wakeup.sleep(RETRY_AFTER);
          continue;
        }
      }
      for (const job of agenda.due(now())) start(job);
      await wakeup.sleep(agenda.untilNext(now()));
    }
  };
  const looping = loop();

  return {
    async close() {
      stop.abort();
      wakeup.wake();
      await looping;
      await Promise.all(runs);
      await database.close();
    },
  };
}

/** The active jobs; none while the extension is not there. */
async function activeJobs(sql: postgres.Sql): Promise<CronJob[]> {
  const [row] = await sql`select to_regclass('cron.job') is not null as present`;
  if (!row?.present) return [];
  return await sql<CronJob[]>`
    select jobid, schedule, command, database, username from cron.job where active order by jobid`;
}

/** Fails the runs that a restart of the server or of the scheduler cut off. */
async function failLostRuns(sql: postgres.Sql, underWay: string[]): Promise<void> {
  const [row] = await sql`select to_regclass('cron.job_run_details') is not null as present`;
  if (!row?.present) return;
  await sql`
    update cron.job_run_details set status = 'failed', return_message = 'server restarted'
    where status in ('starting', 'running') and runid <> all (${underWay}::bigint[])`;
}
