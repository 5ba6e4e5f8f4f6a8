/** For the tests of the background work: a platform database with the extensions, an observer, and crashes. */
import postgres from "postgres";
import type { Cluster } from "../postgres/cluster.ts";
import { ARRAYS } from "../reconnecting_database.ts";
import { eventually, withPlatform } from "../testing.ts";

/** Runs `body` with a connection as `postgres` to a database that has pg_net and pg_cron. */
export async function withExtensions(
  body: (sql: postgres.Sql, cluster: Cluster) => Promise<void>,
): Promise<void> {
  await withPlatform(async (cluster) => {
    const sql = postgres(cluster.url(), {
      max: 3,
      backoff: () => 0.05,
      connect_timeout: 1,
      fetch_types: false, // nobody hears of that question's failure
      types: ARRAYS,
      onnotice: () => {},
    });
    try {
      await sql`create extension pg_net with schema extensions`;
      await sql`create extension pg_cron with schema pg_catalog`;
      await body(sql, cluster);
    } finally {
      await sql.end({ timeout: 0.2 });
    }
  });
}

/** Starts what `start` starts, runs `body`, closes it. */
export async function using(
  starting: Promise<{ close(): Promise<void> }>,
  body: () => Promise<void>,
): Promise<void> {
  const part = await starting;
  try {
    await body();
  } finally {
    await part.close();
  }
}

/**
 * Kills one server process, whereupon the server drops every session, refuses new ones for a moment and recovers:
 * what clients see of a restart. Resolves when it is over. What was committed before is kept, but for unlogged tables,
 * which are emptied.
 */
export async function crash(cluster: Cluster): Promise<void> {
  const connect = () =>
    postgres(cluster.url(), { max: 1, connect_timeout: 1, fetch_types: false, onnotice: () => {} });
  const [victim, witness] = [connect(), connect()];
  const pidOf = async (sql: postgres.Sql): Promise<number> =>
    (await sql`select pg_backend_pid() as pid`)[0]?.pid;
  const [doomed, before] = [await pidOf(victim), await pidOf(witness)];
  await witness`checkpoint`; // commits are not synchronous
  Deno.kill(doomed, "SIGKILL");
  // The driver may have reconnected unnoticed, but not to the same process.
  const dropped = () => pidOf(witness).then((pid) => pid !== before || undefined, () => true);
  await eventually(dropped, { what: "the crash" });
  await eventually(async () => {
    const fresh = connect();
    const answer = await fresh`select true`.catch(() => undefined);
    await fresh.end({ timeout: 0.2 });
    return answer;
  }, { what: "the recovery" });
  await Promise.all([victim.end({ timeout: 0 }), witness.end({ timeout: 0 })]);
}
