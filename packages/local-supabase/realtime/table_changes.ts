/**
 * What a channel is told, after its join, of the `postgres_changes` that it asked for. Hosted Realtime accepts the join
 * whatever the tables, then sends a `system` message: an error in these words where the publication does not have one.
 * Source: github.com/supabase/realtime, test/realtime_web/channels/realtime_channel_test.exs, "invalid subscription
 * table does not exist". Where it has them all, hosted Realtime delivers; the local stack does not, and says so.
 */
import type postgres from "postgres";
import { z } from "zod";

const change = z.object({
  event: z.string().catch("*"),
  schema: z.string().catch("public"),
  table: z.string().catch("*"),
  filter: z.string().optional().catch(undefined),
});

/** The error for these subscriptions: the first that cannot be, or that none is delivered here. */
export async function errorForChanges(sql: postgres.Sql, asked: unknown[]): Promise<string> {
  for (const one of asked.map((one) => change.parse(one))) {
    const [published] = await sql`
      select from pg_catalog.pg_publication_tables
      where pubname = 'supabase_realtime'
        and ${one.schema}::text in (schemaname, '*') and ${one.table}::text in (tablename, '*') limit 1`;
    if (!published) {
      return "Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given " +
        `connect parameters: ${described(one)}`;
    }
  }
  return "The local stack delivers no postgres_changes";
}

function described({ event, schema, table, filter }: z.infer<typeof change>): string {
  const [, column, operator, value] = /^(\w+)=(\w+)\.(.*)$/.exec(filter ?? "") ?? [];
  const filters = column ? `[{"${column}", "${operator}", "${value}", false}]` : "[]";
  return `[event: ${event}, schema: ${schema}, table: ${table}, filters: ${filters}, select: nil]`;
}
