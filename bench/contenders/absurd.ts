/**
 * absurd (https://github.com/earendil-works/absurd): durable tasks in SQL functions. Its npm package holds the SDK
 * alone; its SQL is `sql/absurd.sql` in the repository, whose path is given in the variable ABSURD_SQL.
 */
import { asSuperuser, connect } from "../server/connection.ts";
import type { Contender } from "./contender.ts";
import { INPUT, OUTPUT } from "./esteira.ts";
import type { Server } from "../server/server.ts";
import { callOneByOne, liveSideBySide } from "../harness/timing.ts";
import { loadPeer, readPeerFile } from "./install.ts";

interface Pool {
  end(): Promise<void>;
}

interface Sdk {
  Absurd: new (options: { db: Pool; queueName: string }) => {
    spawn(task: string, params: unknown, options: { queue: string }): Promise<unknown>;
    close(): Promise<void>;
  };
}

const QUEUE = "bench";

/** One `spawn` of the SDK after the other, on one connection. */
export async function openAbsurdSdk(server: Server): Promise<Contender> {
  const url = await absurdDatabase(server);
  const { Absurd } = await loadPeer<Sdk>("absurd-sdk");
  const { default: pg } = await loadPeer<{ default: { Pool: new (options: object) => Pool } }>("pg");
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const app = new Absurd({ db: pool, queueName: QUEUE });
  return {
    round: (seconds) => callOneByOne(seconds, () => app.spawn("noop", INPUT, { queue: QUEUE })),
    close: async () => {
      await app.close();
      await pool.end();
    },
  };
}

/** One call of the SQL function after the other, with our driver, on one connection; `batch` calls in a statement. */
export async function openAbsurdSql(server: Server, batch = 1): Promise<Contender> {
  const sql = connect(await absurdDatabase(server), 1);
  const one = () => sql`select task_id from absurd.spawn_task(${QUEUE}, 'noop', ${sql.json(INPUT)}, '{}')`;
  // absurd has no call for many tasks: one statement, one transaction. The parameters differ by row: the planner calls
  // the function only once for rows that are alike.
  const many = async () => {
    const input = sql.json(INPUT);
    const [row] = await sql<{ spawned: number }[]>`
      select count(distinct s.task_id)::integer as spawned from generate_series(1, ${batch}::integer) n,
        lateral absurd.spawn_task(${QUEUE}, 'noop', ${input} || jsonb_build_object('n', n), '{}') s`;
    if (row?.spawned !== batch) throw new Error(`${row?.spawned} of ${batch} tasks were spawned`);
  };
  return {
    round: (seconds) => callOneByOne(seconds, batch === 1 ? one : many, { each: batch }),
    close: () => sql.end(),
  };
}

/** Spawns, claims and completes one task after the other on each of `connections` connections, without any work. */
export async function openAbsurdLife(server: Server, connections: number): Promise<Contender> {
  const sql = connect(await absurdDatabase(server, `absurd_life_${connections}`), connections);
  return {
    round: (seconds) =>
      liveSideBySide(connections, seconds, async () => {
        await sql`select task_id from absurd.spawn_task(${QUEUE}, 'noop', ${sql.json(INPUT)}, '{}')`;
        const [run] = await sql<{ run_id: string }[]>`
          select run_id from absurd.claim_task(${QUEUE}, 'bench', 60, 1)`;
        if (run) await sql`select absurd.complete_run(${QUEUE}, ${run.run_id}::uuid, ${sql.json(OUTPUT)})`;
      }),
    close: () => sql.end(),
  };
}

async function absurdDatabase(server: Server, name = "absurd"): Promise<string> {
  const url = await server.database(name, "empty");
  await installAbsurd(asSuperuser(url));
  return url;
}

/** Makes absurd's schema and one queue in a database, unless they are there; `url` is the superuser's. */
export async function installAbsurd(url: string): Promise<void> {
  const path = Deno.env.get("ABSURD_SQL");
  const script = path ? await Deno.readTextFile(path) : await readPeerFile("absurd-sdk/sql/absurd.sql");
  if (script === undefined) {
    throw new Error("its npm package has no SQL; set ABSURD_SQL to sql/absurd.sql of its repository");
  }
  const superuser = connect(url, 1);
  try {
    const [schema] = await superuser`select from pg_namespace where nspname = 'absurd'`;
    if (!schema) {
      await superuser.unsafe(script).simple();
      await superuser`select absurd.create_queue(${QUEUE})`;
      await superuser`grant usage on schema absurd to postgres`;
      await superuser`grant all on all tables in schema absurd to postgres`;
    }
  } finally {
    await superuser.end();
  }
}
