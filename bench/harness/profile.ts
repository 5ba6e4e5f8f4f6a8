/** Where the time of a job's life goes, statement by statement, by pg_stat_statements. */
import { asSuperuser, connect } from "../server/connection.ts";
import { openLife } from "../measures/life.ts";
import { table } from "./report.ts";
import type { Server } from "../server/server.ts";
import { updatesOf } from "./updates.ts";

const TOP = 40;

/** Times in milliseconds. */
interface Statement {
  top: string;
  calls: number;
  mean: number;
  per_job: number;
  query: string;
}

/**
 * Runs the life of jobs on one connection for `seconds` and returns a table of the statements that took the most time
 * for each job. A function's time contains that of the statements in it; `top` marks what the client sent. Then what was
 * updated, and how much of that no index saw.
 */
export async function profileLife(server: Server, seconds: number): Promise<string> {
  const life = await openLife(server, 1);
  // The statistics are the server's: they are reset and read by database.
  const superuser = connect(asSuperuser(await server.database("esteira_life_1", "esteira")), 1);
  try {
    await life.round(0.5);
    await superuser`alter system set pg_stat_statements.track = 'all'`;
    await superuser`select pg_reload_conf()`;
    await superuser`create extension if not exists pg_stat_statements with schema extensions`;
    await superuser`select extensions.pg_stat_statements_reset()`;
    const { "jobs/s": rate = 0 } = await life.round(seconds);
    const rows = await superuser<Statement[]>`
      with lives as (
        select sum(calls) as n from extensions.pg_stat_statements where toplevel and query like '%worker.complete(%'
      )
      select case when toplevel then 'top' else '' end as top, calls / n::float8 as calls,
        mean_exec_time as mean, total_exec_time / n as per_job, regexp_replace(query, '\\s+', ' ', 'g') as query
      from extensions.pg_stat_statements, lives
      where dbid = (select oid from pg_database where datname = current_database())
        and userid <> (select oid from pg_roles where rolname = current_user) and calls >= n / 2
      order by total_exec_time desc limit ${TOP}`;
    const head = ["statement", "", "calls per job", "ms per call", "ms per job"];
    const lines = rows.map(({ top, calls, mean, per_job, query }) => [
      query.slice(0, 100).replaceAll("|", "\\|"),
      top,
      calls.toFixed(1),
      mean.toFixed(3),
      per_job.toFixed(3),
    ]);
    const title = "### Profile of a job's life (1 connection)";
    const tracked = `${rate.toFixed(0)} jobs/s while every statement is tracked`;
    return [title, "", tracked, "", table(head, lines), "", await updatesOf(superuser)].join("\n");
  } finally {
    await superuser`alter system reset pg_stat_statements.track`;
    await superuser.end();
    await life.close();
  }
}
