/**
 * One durable PostgreSQL for all contenders, each with a database of its own. Its database `postgres` holds Esteira and
 * the fixtures and is only ever copied, so that every contender of ours begins with the same data.
 */
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { connect, type Sql } from "./connection.ts";
import { FIXTURES } from "./fixtures.ts";

/** The running server. */
export interface Server {
  /** Version and the settings that a durable commit depends on. */
  facts: Record<string, string>;
  /** Makes a database, once for each name, and returns its address as `postgres`, its owner. */
  database(name: string, content: "esteira" | "empty"): Promise<string>;
  /** Tells the planner of each database what is in it, as autovacuum does once a minute: a round is shorter. */
  analyze(): Promise<void>;
  stop(): Promise<void>;
}

/** The server would make the figures mean something else than they say. */
export class ServerError extends Error {
  readonly code = "server_not_durable";
}

const REQUIRED = { fsync: "on", synchronous_commit: "on", full_page_writes: "on", shared_buffers: "256MB" };

/**
 * Starts the server and reads the project in `supabase`, the directory with its migrations.
 * @throws ServerError when a setting is not what the benchmarks promise.
 */
export async function startServer(supabase: string): Promise<Server> {
  const { migrations } = await readProject(supabase);
  const cluster = await startDatabase({ migrations, seed: FIXTURES }, { durable: true });
  // Not in the database postgres, which nobody may be connected to while it is copied.
  const admin = connect(`${cluster.url("supabase_admin").replace(/\/postgres$/, "")}/template1`, 1);
  const made = new Set<string>();
  const stop = async () => {
    await admin.end();
    await cluster.stop();
  };
  try {
    await workAsHosted(cluster.url("supabase_admin"));
    return { facts: await readFacts(admin), database, analyze, stop };
  } catch (error) {
    await stop();
    throw error;
  }

  async function database(name: string, content: "esteira" | "empty"): Promise<string> {
    if (!made.has(name)) {
      await admin`create database ${admin(name)} owner postgres
        template ${admin(content === "esteira" ? "postgres" : "template0")}`;
      made.add(name);
    }
    return cluster.url().replace(/\/postgres$/, `/${name}`);
  }

  async function analyze(): Promise<void> {
    for (const name of made) {
      const sql = connect(cluster.url("supabase_admin").replace(/\/postgres$/, `/${name}`), 1);
      try {
        await sql`analyze`;
      } finally {
        await sql.end();
      }
    }
  }
}

/**
 * The local stack delivers broadcasts by NOTIFY, and transactions that notify commit one at a time. Hosted projects read
 * them from the write-ahead log, which holds up no commit; nobody listens here, so the NOTIFY goes.
 */
export async function deliverAsHosted(sql: Sql): Promise<void> {
  await sql`drop trigger if exists notify_message on realtime.messages`;
}

async function workAsHosted(url: string): Promise<void> {
  const sql = connect(url, 1);
  try {
    await deliverAsHosted(sql);
  } finally {
    await sql.end();
  }
}

async function readFacts(sql: Sql): Promise<Record<string, string>> {
  const names = [...Object.keys(REQUIRED), "wal_sync_method", "wal_level", "max_wal_size"];
  const rows = await sql<{ name: string; value: string }[]>`
    select name, current_setting(name) as value from unnest(${names}::text[]) as name`;
  const facts = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  for (const [name, value] of Object.entries(REQUIRED)) {
    if (facts[name] !== value) {
      throw new ServerError(`${name} is ${facts[name]}; the benchmarks need ${value}.`);
    }
  }
  const [row] = await sql<{ version: string }[]>`select version()`;
  return { version: row?.version ?? "unknown", ...facts };
}
