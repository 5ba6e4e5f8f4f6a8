/** Databases with the engine and the harness of this test, in which plays are done. */
import postgres from "postgres";
import { type Contents, startDatabase } from "@esteira/local-supabase/postgres";
import type { Observation } from "./compare.ts";
import type { Query } from "./breakages.ts";
import type { Engine } from "./play.ts";

const HARNESS = new URL("./harness.sql", import.meta.url);

/** Plays leave dead rows, which every later play would look at: after so many they are swept away. */
const PLAYS_BETWEEN_SWEEPS = 25;
const SWEEP = `vacuum (index_cleanup on, truncate off)
  public.jobs, public.job_attempts, public.credit_accounts, public.credit_entries,
  private.lanes, private.accounts, private.slots, private.clocks, private.tickets, private.starts, private.throttles,
  private.heartbeats, private.webhook_events, private.cancels, private.doomed_files, private.leavers,
  private.tombstones, private.forgets,
  property.numbers, property.tokens, property.seen, realtime.messages, auth.users,
  pgmq.q_once_queue, pgmq.q_twice_queue, pgmq.q_same_queue, pgmq.q_outside_queue, pgmq.q_settle_queue`;

/** An engine that can be stopped. Its plays go one after the other. */
export interface RunningEngine extends Engine {
  /** Between plays: to change the engine itself. */
  query: Query;
  stop(): Promise<void>;
}

/** Starts a server with these migrations and the harness. */
export async function startEngine(contents: Contents): Promise<RunningEngine> {
  const cluster = await startDatabase({
    ...contents,
    seed: `${contents.seed};\n${await Deno.readTextFile(HARNESS)}`,
  });
  const sql = postgres(cluster.url(), {
    max: 1,
    fetch_types: false,
    onnotice: () => {},
    connection: { statement_timeout: 60_000, search_path: "public, extensions" },
  });
  let plays = 0;
  return {
    async begin(setting) {
      if (++plays % PLAYS_BETWEEN_SWEEPS === 0) await sql.unsafe(SWEEP);
      await sql.unsafe("begin");
      await sql.unsafe("select property.begin($1::text::jsonb)", [JSON.stringify(setting)]);
    },
    async act(call) {
      const [row] = await sql.unsafe<{ seen: Observation }[]>(
        "select property.act($1::text::jsonb) as seen",
        [
          JSON.stringify(call),
        ],
      );
      if (!row) throw new Error("The engine told nothing");
      return row.seen;
    },
    async undo() {
      await sql.unsafe("rollback");
    },
    query: async (text) => await sql.unsafe(text),
    async stop() {
      await sql.end();
      await cluster.stop();
    },
  };
}
