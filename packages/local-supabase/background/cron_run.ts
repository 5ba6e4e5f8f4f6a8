/**
 * One run of one pg_cron job: a connection of its own as the job's role, the command, and its row in
 * `cron.job_run_details`. Statuses and messages as pg_cron writes them when it connects as a client, which is what
 * hosted projects do (`cron.use_background_workers` off). Source: github.com/citusdata/pg_cron, src/pg_cron.c.
 */
import postgres from "postgres";
import type { Database } from "../reconnecting_database.ts";
import type { CronJob } from "./cron_agenda.ts";

/** What a run needs of the scheduler. */
export interface RunContext {
  /** Where the jobs run; user and database are replaced by the job's. */
  databaseUrl: string;
  /** As a superuser, for the run's row. */
  database: Database;
  /** Runs under way, by `runid`. */
  underWay: Set<string>;
  /** Cancels the running command. */
  signal: AbortSignal;
}

/** Runs `job` once and records it. Rejects only if the record cannot be written. */
export async function runJob(job: CronJob, context: RunContext): Promise<void> {
  const { database } = context;
  const [row] = await database.sql<{ runid: string }[]>`
    insert into cron.job_run_details (jobid, database, username, command, status)
    values (${job.jobid}, ${job.database}, ${job.username}, ${job.command}, 'starting') returning runid`;
  if (!row) return;
  context.underWay.add(row.runid);
  try {
    const outcome = await perform(job, row.runid, context);
    await database.sql`
      update cron.job_run_details
      set status = ${outcome.status}, return_message = ${outcome.message}, end_time = clock_timestamp()
      where runid = ${row.runid}`;
  } finally {
    context.underWay.delete(row.runid);
  }
}

interface Outcome {
  status: "succeeded" | "failed";
  message: string;
}

async function perform(
  job: CronJob,
  runid: string,
  { databaseUrl, database, signal }: RunContext,
): Promise<Outcome> {
  const connection = postgres(databaseUrl, {
    username: job.username,
    database: job.database,
    max: 1,
    connect_timeout: 10,
    fetch_types: false,
    connection: { application_name: "pg_cron" },
    onnotice: () => {},
  });
  let cancel = () => {};
  try {
    const [backend] = await connection`select pg_backend_pid() as pid`.simple()
      .catch(() => [] as { pid?: number }[]);
    if (!backend) return { status: "failed", message: "connection failed" };
    await database.sql`
      update cron.job_run_details set status = 'running', job_pid = ${
      backend.pid ?? null
    }, start_time = clock_timestamp()
      where runid = ${runid}`;
    const query = connection.unsafe(job.command).simple();
    cancel = () => {
      // Not by the driver's own: it asks over a connection of which nobody hears that it was reset.
      database.sql`select pg_cancel_backend(${backend.pid ?? null})`.catch(() => {});
      connection.end({ timeout: 1 }); // for a server that does not answer the cancellation
    };
    signal.addEventListener("abort", cancel);
    if (signal.aborted) cancel();
    return { status: "succeeded", message: describeResult(await query as QueryResult | QueryResult[]) };
  } catch (error) {
    return { status: "failed", message: describeError(error) };
  } finally {
    signal.removeEventListener("abort", cancel);
    await connection.end({ timeout: 0.2 }); // the driver waits in vain for a connection that was lost
  }
}

/** What the driver resolves a simple query to: one result per statement. */
interface QueryResult {
  command?: string;
  count: number | null;
  /** null for a statement that returns no rows. */
  columns: unknown[] | null;
}

/**
 * `1 row`, or the command tag, such as `INSERT 0 1`. The original speaks of the last of several statements; the driver
 * does not always keep them apart, so here it may be an earlier one.
 */
function describeResult(results: QueryResult | QueryResult[]): string {
  // A result is itself an array (of rows), so the command tells it from a list of results.
  const last = "columns" in results ? results : results.at(-1);
  if (!last?.command || last.columns) {
    const rows = last?.count ?? 0;
    return `${rows} row${rows === 1 ? "" : "s"}`;
  }
  const tag = last.command === "INSERT" ? "INSERT 0" : last.command;
  return last.count === null ? tag : `${tag} ${last.count}`;
}

/** The server's message as libpq formats it; the driver's for a lost connection. */
function describeError(error: unknown): string {
  if (!(error instanceof postgres.PostgresError)) return "connection lost";
  const { severity, message, detail, hint, where } = error;
  return `${severity}:  ${message}\n` + (detail ? `DETAIL:  ${detail}\n` : "") +
    (hint ? `HINT:  ${hint}\n` : "") +
    (where ? `CONTEXT:  ${where}\n` : "");
}
