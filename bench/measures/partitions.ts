/**
 * Whether it would pay to keep webhooks in partitions by time, to be dropped instead of deleted row by row. An event counts
 * once, whenever it comes, and a unique key of a partitioned table has the time in it: so the keys would be a table apart.
 */
import type { Contender, Measure } from "../contenders/contender.ts";
import { asSuperuser, connect, type Sql } from "../server/connection.ts";
import { cpuNanosecondsOf } from "../server/cpu.ts";
import type { Server } from "../server/server.ts";
import { time } from "../harness/timing.ts";

const ROWS = 200_000;
/** Rows deleted at a time, as retention does it. */
const PIECE = 200;

/** Names of the rows. */
export const PARTITIONS = {
  one: "one table, deleted in pieces",
  parts: "partitions by day, dropped; keys apart",
};

/** Storing and forgetting 200,000 webhooks of ten days. */
export const partitions: Measure = {
  name: "partitions",
  title: "Webhooks in one table, and in partitions (1 connection, 200,000 of ten days)",
  seconds: () => 0,
  sides: [
    { name: PARTITIONS.one, open: (server) => open(server, "one", ONE) },
    { name: PARTITIONS.parts, open: (server) => open(server, "parts", PARTS) },
  ],
};

/** SQL of a side: what it is made of, how a piece of rows is stored, and how they are forgotten. */
interface Design {
  make: string;
  store: string;
  forget: string;
}

const EVENTS = `
  select 'bench' as provider, md5(n::text) as dedupe_key, md5('u' || n % 5000)::uuid as user_id,
    md5('j' || n)::uuid as job_id, 1 as attempt, md5('t' || n) as external_id, 'token' as verified_by,
    '{"content-type": "application/json"}'::jsonb as headers,
    jsonb_build_object('event', 'TASK_END', 'taskId', md5('t' || n), 'data', repeat('x', 300)) as payload,
    'accepted' as verdict, timestamptz '2030-01-01Z' + n * interval '10 days' / ${ROWS} as received_at
  from generate_series(p_from, p_from + ${PIECE} - 1) n`;
const COLUMNS =
  "provider, dedupe_key, user_id, job_id, attempt, external_id, verified_by, headers, payload, verdict, received_at";

const ONE: Design = {
  make: "create table bench.events (like private.webhook_events including all)",
  store: `insert into bench.events (${COLUMNS}) ${EVENTS} on conflict do nothing`,
  forget: `
    delete from bench.events where event_id in (
      select event_id from bench.events where received_at <= p_to order by received_at limit ${PIECE})`,
};
const PARTS: Design = {
  make: `
    create table bench.keys (provider text, dedupe_key text, received_at timestamptz, primary key (provider, dedupe_key));
    create index on bench.keys (received_at);
    create table bench.events (like private.webhook_events including defaults including identity)
      partition by range (received_at);
    create index on bench.events (job_id);
    create index on bench.events (received_at);
    ${
    Array.from({ length: 11 }, (_, day) =>
      `create table bench.day_${day} partition of bench.events for values from (timestamptz '2030-01-01Z' +
        interval '${day} days') to (timestamptz '2030-01-01Z' + interval '${day + 1} days');`).join("\n")
  }`,
  store: `
    with new as (${EVENTS}), keys as (
      insert into bench.keys select provider, dedupe_key, received_at from new on conflict do nothing returning dedupe_key)
    insert into bench.events (${COLUMNS}) select ${COLUMNS} from new where dedupe_key in (select dedupe_key from keys)`,
  forget: `
    delete from bench.keys where (provider, dedupe_key) in (
      select provider, dedupe_key from bench.keys where received_at <= p_to order by received_at limit ${PIECE})`,
};

async function open(server: Server, name: string, design: Design): Promise<Contender> {
  const sql = connect(asSuperuser(await server.database(`esteira_partitions_${name}`, "esteira")), 1);
  return {
    async round() {
      await make(sql, design);
      const stored = await costOf(sql, () => pieces(sql, "bench.store"));
      const forgotten = await costOf(sql, () => pieces(sql, "bench.forget"));
      const dropped = name === "one" ? 0 : await time(() => sql`drop table bench.events`);
      const vacuumed = await time(() =>
        sql.unsafe(`vacuum ${name === "one" ? "bench.events" : "bench.keys"}`)
      );
      return {
        "stored: WAL bytes a row": stored.wal,
        "stored: CPU µs a row": stored.cpu,
        "forgotten: WAL bytes a row": forgotten.wal,
        "forgotten: CPU µs a row": forgotten.cpu,
        "dropped, ms": dropped,
        "vacuum, ms": vacuumed,
      };
    },
    close: () => sql.end(),
  };
}

async function make(sql: Sql, { make, store, forget }: Design): Promise<void> {
  await sql.unsafe(`
    drop schema if exists bench cascade; create schema bench; ${make};
    create function bench.store(p_from integer) returns void language plpgsql as $$ begin ${store}; end $$;
    create function bench.forget(p_from integer) returns void language plpgsql as $$
    declare p_to timestamptz := 'infinity'; begin ${forget}; end $$;`).simple();
}

/** All rows, a transaction for each piece. */
async function pieces(sql: Sql, call: string): Promise<void> {
  for (let from = 0; from < ROWS; from += PIECE) await sql.unsafe(`select ${call}(${from})`);
}

async function costOf(sql: Sql, work: () => Promise<void>): Promise<{ wal: number; cpu: number }> {
  const [before] = await sql<{ lsn: string; pid: number }[]>`
    select pg_current_wal_insert_lsn()::text as lsn, pg_backend_pid() as pid`;
  const cpuBefore = await cpuNanosecondsOf(before?.pid ?? 0);
  await work();
  const cpu = await cpuNanosecondsOf(before?.pid ?? 0) - cpuBefore;
  const [after] = await sql<{ wal: number }[]>`
    select (pg_current_wal_insert_lsn() - ${before?.lsn ?? ""}::pg_lsn)::float8 as wal`;
  return { wal: (after?.wal ?? NaN) / ROWS, cpu: cpu / 1000 / ROWS };
}
