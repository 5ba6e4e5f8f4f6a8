/** Databases with the engine and the harness of this test, in which sequences are played. */
import postgres from "postgres";
import { type Contents, startDatabase } from "@esteira/local-supabase/postgres";
import type { Observation } from "./compare.ts";
import type { Sequence } from "./operations.ts";

const HARNESS = new URL("./harness.sql", import.meta.url);

/** Plays leave dead rows, which every later play would look at: after so many they are swept away. */
const PLAYS_BETWEEN_SWEEPS = 25;
const SWEEP = `vacuum (index_cleanup on, truncate off)
  public.jobs, public.job_attempts, public.credit_accounts, public.credit_entries,
  private.lanes, private.accounts, private.slots, private.clocks, private.tickets, private.starts, private.throttles,
  private.heartbeats, private.webhook_events, property.numbers, property.seen,
  pgmq.q_property_queue, pgmq.q_settle_queue, pgmq.q_dead_letters`;

export interface Engine {
  /** Plays a sequence and undoes it. Plays of one engine go one after the other. */
  play(sequence: Sequence): Promise<Observation[]>;
  stop(): Promise<void>;
}

/** Starts a server with these migrations and the harness. */
export async function startEngine(contents: Contents): Promise<Engine> {
  const cluster = await startDatabase({
    ...contents,
    seed: `${contents.seed};\n${await Deno.readTextFile(HARNESS)}`,
  });
  const sql = postgres(cluster.url(), {
    max: 1,
    onnotice: () => {},
    connection: { statement_timeout: 20_000, search_path: "public, extensions" },
  });
  let plays = 0;
  return {
    async play(sequence) {
      if (++plays % PLAYS_BETWEEN_SWEEPS === 0) await sql.unsafe(SWEEP);
      const [row] = await sql<{ seen: Observation[] }[]>`
        select property.play(${sql.json(JSON.parse(JSON.stringify(sequence)))}) as seen`;
      if (!row) throw new Error("The play told nothing");
      return row.seen;
    },
    async stop() {
      await sql.end();
      await cluster.stop();
    },
  };
}
