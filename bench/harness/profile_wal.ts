/** What the write-ahead log holds of a stretch of work: table by table, and record by record. */
import type { Sql } from "../server/connection.ts";
import type { Moment } from "../server/costs.ts";
import { table } from "./report.ts";

const TOP = 40;

/** A block that a record changed: of a table, of one of its indexes, or of a row that was too long for it. */
const BLOCKS = (sql: Sql, since: Moment) =>
  sql`
  select block.*, coalesce(i.indrelid, owner.oid, file.relid) as table_id, file.relid as relation_id
  from bench_costs.pg_get_wal_block_info(${since.lsn}::pg_lsn, pg_current_wal_flush_lsn(), false) block
  cross join lateral (select pg_filenode_relation(
    case when block.reltablespace = 1663 then 0 else block.reltablespace end, block.relfilenode)) file (relid)
  left join pg_class toast on toast.oid = file.relid and toast.relkind = 't'
  left join pg_class owner on owner.reltoastrelid = toast.oid
  left join pg_index i on i.indexrelid = file.relid
  where block.reldatabase = (select oid from pg_database where datname = current_database())`;

/** Table by table: bytes of log with those of its indexes, rows written, and how many updates no index saw (HOT). */
export async function walByTable(superuser: Sql, since: Moment, lives: number): Promise<string> {
  const rows = await superuser<Record<string, string>[]>`
    with blocks as (${BLOCKS(superuser, since)}),
    records as (
      select distinct on (start_lsn) *, split_part(record_type, '+', 1) as kind from blocks order by start_lsn, block_id
    )
    select table_id::regclass::text as name,
      round(sum(record_length) / ${lives}::numeric) as bytes,
      round(count(*) / ${lives}::numeric, 1) as records,
      round(sum(record_length) filter (where resource_manager = 'Btree') / ${lives}::numeric) as "of indexes",
      round(sum(block_fpi_length) / ${lives}::numeric) as pages,
      round(count(*) filter (where resource_manager = 'Heap' and kind like '%UPDATE') / ${lives}::numeric, 2) as updates,
      round(100.0 * count(*) filter (where kind = 'HOT_UPDATE')
        / nullif(count(*) filter (where resource_manager = 'Heap' and kind like '%UPDATE'), 0)) || ' %' as hot,
      round(count(*) filter (where resource_manager = 'Heap' and kind = 'LOCK') / ${lives}::numeric, 2) as locks
    from records group by 1 order by sum(record_length) desc limit ${TOP}`;
  const head = ["table", "bytes", "records", "of indexes", "pages", "updates", "hot", "locks"];
  const lines = rows.map((row) => head.map((name) => String(row[name === "table" ? "name" : name] ?? "–")));
  return [
    "What a life writes to the log, by table (bytes and records of its indexes included):",
    "",
    table(head, lines),
  ]
    .join("\n");
}

/** Record by record: which kind, of which table or index. */
export async function walByRecord(superuser: Sql, since: Moment, lives: number): Promise<string> {
  const rows = await superuser<{ kind: string; name: string; records: string; bytes: string }[]>`
    with blocks as (${BLOCKS(superuser, since)}),
    records as (select distinct on (start_lsn) * from blocks order by start_lsn, block_id)
    select resource_manager || ' ' || record_type as kind, coalesce(relation_id::regclass::text, '–') as name,
      round(count(*) / ${lives}::numeric, 2) as records,
      round(sum(record_length - block_fpi_length) / ${lives}::numeric) as bytes
    from records group by 1, 2 order by sum(record_length - block_fpi_length) desc limit ${TOP}`;
  const lines = rows.map(({ kind, name, records, bytes }) => [kind, name, records, bytes]);
  return ["And by record, whole pages left out:", "", table(["record", "of", "records", "bytes"], lines)]
    .join("\n");
}
