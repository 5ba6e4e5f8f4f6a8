/** Where the time of a job's life goes: statement by statement on one connection, and by what eight of them wait for. */
import { asSuperuser, connect, type Sql } from "../server/connection.ts";
import { costsSince, readMoment } from "../server/costs.ts";
import { openLife } from "../measures/life.ts";
import { walByRecord, walByTable } from "./profile_wal.ts";
import { sampleWaits } from "./profile_waits.ts";
import { table } from "./report.ts";
import type { Server } from "../server/server.ts";

const TOP = 40;
const CONNECTIONS = 8;

/** Runs the life of jobs for `seconds` twice, and returns what it found out as markdown. */
export async function profileLife(server: Server, seconds: number): Promise<string> {
  return [await profileTogether(server, seconds), await profileAlone(server, seconds)].join("\n\n");
}

/** What a life costs the server and what eight connections wait for, while nothing else is tracked. */
async function profileTogether(server: Server, seconds: number): Promise<string> {
  const life = await openLife(server, CONNECTIONS);
  const superuser = connect(asSuperuser(await server.database(`esteira_life_${CONNECTIONS}`, "esteira")), 1);
  try {
    const before = await countLives(superuser);
    await life.round(0.5);
    await superuser`checkpoint`;
    const begun = await countLives(superuser);
    const moment = await readMoment(superuser);
    const syncs = await countSyncs(superuser);
    const waits = sampleWaits(superuser);
    const { "jobs/s": rate = 0 } = await life.round(seconds);
    const waited = await waits.stop();
    const costs = await costsSince(moment, superuser);
    const lives = await countLives(superuser) - begun;
    await life.close(); // its sessions report what they have done
    const each = (value: number | undefined, digits = 1) => ((value ?? NaN) / lives).toFixed(digits);
    return [
      `### Profile of a job's life (${CONNECTIONS} connections)`,
      "",
      `${rate.toFixed(0)} jobs/s; ${lives} lives after ${begun - before} that do not count.`,
      "",
      table(["what", "a life"], [
        ["CPU of PostgreSQL, ms", each(costs.cpuMs, 2)],
        ["commits", each(costs.commits)],
        ["syncs of the log", each(await countSyncs(superuser) - syncs, 2)],
        ["WAL, bytes", each(costs.walBytes, 0)],
        ["of it whole pages after a checkpoint, bytes", each(costs.pageBytes, 0)],
        ["WAL, records", each(costs.walRecords)],
        ["row versions written", each(costs.rows)],
        ["row versions left dead", each(costs.dead)],
      ]),
      "",
      "What the connections waited for, by samples; what only waited for the client is left out:",
      "",
      waited,
      "",
      await walByTable(superuser, moment, lives),
      "",
      await walByRecord(superuser, moment, lives),
    ].join("\n");
  } finally {
    await superuser.end();
  }
}

async function countLives(sql: Sql): Promise<number> {
  const [row] = await sql<{ lives: number }[]>`
    select count(*)::integer as lives from public.jobs where status = 'completed'`;
  return row?.lives ?? 0;
}

async function countSyncs(sql: Sql): Promise<number> {
  const [row] = await sql<{ syncs: number }[]>`select wal_sync::integer as syncs from pg_stat_wal`;
  return row?.syncs ?? 0;
}

/** Times in milliseconds. */
interface Statement {
  top: string;
  calls: number;
  mean: number;
  per_job: number;
  query: string;
}

/**
 * The statements that took the most time for each job on one connection, by pg_stat_statements. A function's time
 * contains that of the statements in it; `top` marks what the client sent.
 */
async function profileAlone(server: Server, seconds: number): Promise<string> {
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
    return [title, "", tracked, "", table(head, lines)].join("\n");
  } finally {
    await superuser`alter system reset pg_stat_statements.track`;
    await superuser.end();
    await life.close();
  }
}
