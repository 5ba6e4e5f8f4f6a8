/** What sessions are found waiting for, looked at again and again. */
import type { Sql } from "../server/connection.ts";
import { table } from "./report.ts";
import { pause } from "./timing.ts";

const EVERY_MS = 10;

/** Looks at the other sessions of this database until it is told to stop; then tells what was seen, as a table. */
export function sampleWaits(superuser: Sql): { stop(): Promise<string> } {
  const seen = new Map<string, number>();
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      const rows = await superuser<{ wait: string }[]>`
        select coalesce(wait_event_type || ': ' || wait_event, 'works (CPU)') as wait from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
          and state <> 'idle'`;
      for (const { wait } of rows) seen.set(wait, (seen.get(wait) ?? 0) + 1);
      await pause(EVERY_MS);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await looking;
      const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
      const lines = [...seen].filter(([wait]) => wait !== "Client: ClientRead").sort((a, b) => b[1] - a[1])
        .map(([wait, count]) => [wait, String(count), `${(100 * count / total).toFixed(0)} %`]);
      return table(["wait", "samples", "share"], lines);
    },
  };
}
