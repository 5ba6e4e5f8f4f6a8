/** Which updates no index saw, table by table: what PostgreSQL calls heap-only (HOT) and cleans up by itself. */
import type { Sql } from "../server/connection.ts";
import { table } from "./report.ts";

interface Updated {
  name: string;
  updates: number;
  hot: number;
  dead: number;
}

/** A table of those that have been updated since the statistics began. The counts of open sessions come a second late. */
export async function updatesOf(superuser: Sql): Promise<string> {
  const rows = await superuser<Updated[]>`
    select schemaname || '.' || relname as name, n_tup_upd::integer as updates, n_tup_hot_upd::integer as hot,
      n_dead_tup::integer as dead
    from pg_stat_user_tables where n_tup_upd > 0 order by n_tup_upd desc`;
  const lines = rows.map(({ name, updates, hot, dead }) => [
    name,
    String(updates),
    `${Math.round((100 * hot) / updates)} %`,
    String(dead),
  ]);
  return ["### Updates", "", table(["table", "updates", "heap-only", "dead rows"], lines)].join("\n");
}
