/**
 * What a stretch of work cost the server: CPU of all its processes, write-ahead log, and rows written and left dead. CPU
 * comes from /proc and the rest from the log itself, so all of it is exact at once, and busy neighbours make none of it
 * more (a checkpoint does: the first change of a page after it is logged as the whole page).
 */
import type { Sql } from "./connection.ts";
import { serverCpu } from "./cpu.ts";

/** A moment from which costs are counted. */
export interface Moment {
  /** Milliseconds of CPU that the server has used; undefined where there is no /proc. */
  cpuMs: number | undefined;
  /** Where the write-ahead log ended. */
  lsn: string;
}

/** Costs between two moments. What is of one database counts that of the connection asked; WAL is the server's. */
export interface Costs {
  /** Milliseconds of CPU of all processes of the server; undefined where there is no /proc. */
  cpuMs: number | undefined;
  walBytes: number;
  walRecords: number;
  /** Of `walBytes`, what is whole pages, logged because a checkpoint had been shortly before. */
  pageBytes: number;
  /** Transactions that wrote something and committed. */
  commits: number;
  /** Row versions written: rows inserted and updated, of tables and of the system's catalogue. */
  rows: number;
  /** Row versions left dead: rows updated and deleted. */
  dead: number;
}

/** The moment from which {@linkcode costsSince} counts. Needs the superuser ({@linkcode asSuperuser}). */
export async function readMoment(superuser: Sql): Promise<Moment> {
  await superuser`create schema if not exists bench_costs`;
  await superuser`create extension if not exists pg_walinspect with schema bench_costs`;
  const [row] = await superuser<{ lsn: string }[]>`select pg_current_wal_insert_lsn()::text as lsn`;
  return { cpuMs: await serverCpu(superuser), lsn: row!.lsn };
}

/** What the server has spent since `before`, in the database of this connection, which needs the superuser. */
export async function costsSince(before: Moment, superuser: Sql): Promise<Costs> {
  const cpuMs = await serverCpu(superuser); // before the log is read, which is work too
  const [wal] = await superuser<Omit<Costs, "cpuMs">[]>`
    with records as materialized (
      select resource_manager as manager, split_part(record_type, '+', 1) as kind, record_length, fpi_length,
        description,
        coalesce(block_ref like '%/' || (select oid from pg_database where datname = current_database()) || '/%',
          false) as is_ours
      from bench_costs.pg_get_wal_records_info(${before.lsn}::pg_lsn, pg_current_wal_flush_lsn())),
    written as (
      select *, case
        when not is_ours then 0
        when manager = 'Heap' and kind in ('INSERT', 'UPDATE', 'HOT_UPDATE') then 1
        when manager = 'Heap2' and kind = 'MULTI_INSERT' then (regexp_match(description, 'ntuples: (\d+)'))[1]::integer
        else 0 end as rows
      from records)
    select coalesce(sum(record_length), 0)::float8 as "walBytes", count(*)::float8 as "walRecords",
      coalesce(sum(fpi_length), 0)::float8 as "pageBytes",
      (count(*) filter (where manager = 'Transaction' and kind = 'COMMIT'))::float8 as commits,
      coalesce(sum(rows), 0)::float8 as rows,
      (count(*) filter (where is_ours and manager = 'Heap' and kind in ('UPDATE', 'HOT_UPDATE', 'DELETE')))::float8
        as dead
    from written`;
  return {
    cpuMs: cpuMs === undefined || before.cpuMs === undefined ? undefined : cpuMs - before.cpuMs,
    ...wal!,
  };
}
