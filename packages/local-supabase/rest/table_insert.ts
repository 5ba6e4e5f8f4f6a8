/** POST on a table or view: insert and upsert. */
import { readPayload } from "./payload.ts";
import { payloadColumns, payloadRows } from "./payload_sql.ts";
import type { Plan } from "./plan.ts";
import { contentRange } from "./range.ts";
import type { ApiRequest } from "./request.ts";
import { countingInserts, type ResultRow } from "./result_statement.ts";
import type { Column, Table } from "./schema_cache.ts";
import { Bindings, quoteName, quoteNames, quoteQualified } from "./sql_text.ts";
import { planWrite, returningSql } from "./table_write.ts";

/**
 * Plans an insert. With a resolution, duplicates by `on_conflict` (or by the primary key) are merged or ignored; a
 * table without either is simply inserted into.
 */
export function planInsert(request: ApiRequest, table: Table): Plan {
  const { preferences, query } = request;
  const bindings = new Bindings();
  const payload = readPayload(request);
  const columns = payloadColumns(payload, table);
  const rows = payloadRows(payload, columns, bindings, preferences);
  const keys = query.onConflict ?? table.primaryKey;
  const resolution = keys.length > 0 ? preferences.resolution : null;
  const merges = resolution === "merge";
  const into = `insert into ${quoteQualified(table.schema, table.name)}`;
  const names = columns.length > 0 ? ` (${quoteNames(columns.map(({ name }) => name))})` : "";
  const chosen = columns.length > 0 ? ` ${quoteNames(columns.map(({ name }) => name))}` : "";
  const from = ` select${chosen} from (${rows}) as rest_body${merges ? ` where ${countingInserts(1)}` : ""}`;
  const conflict = resolution
    ? ` on conflict (${quoteNames(keys)}) ${conflictAction(resolution, columns)}`
    : "";
  return planWrite(request, table, {
    sql: `${into}${names}${from}${conflict}${returningSql(request, table)}`,
    countsInserts: merges,
    answer: (row) => ({
      status: merges && (row.inserted ?? 0) <= 0 ? 200 : 201,
      headers: {
        "content-range": contentRange(1, 0, preferences.count ? row.rows : null),
        ...locationOf(row, table),
      },
      body: row.body,
    }),
  }, bindings);
}

function conflictAction(resolution: "merge" | "ignore", columns: Column[]): string {
  if (resolution === "ignore" || columns.length === 0) return "do nothing";
  const assignments = columns.map(({ name }) => `${quoteName(name)} = excluded.${quoteName(name)}`);
  return `do update set ${assignments.join(", ")} where ${countingInserts(-1)}`;
}

function locationOf({ key }: ResultRow, table: Table): Record<string, string> {
  if (key === null) return {};
  const columns = Object.entries(JSON.parse(key) as Record<string, string | null>);
  const filters = columns.map((
    [name, value],
  ): [string, string] => [name, value === null ? "is.null" : `eq.${value}`]);
  return { location: `/${encodeURIComponent(table.name)}?${new URLSearchParams(filters)}` };
}
