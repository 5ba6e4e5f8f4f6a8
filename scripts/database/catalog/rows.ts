/**
 * The rows that a fresh database holds: what `ops.install()` and the platform's functions have put there. Each is an
 * entry of the catalog like any object, so that it is compared like one.
 */
import { join } from "node:path";
import type postgres from "postgres";
import { ROOT } from "../../paths.ts";
import type { Catalog, Properties } from "./catalog.ts";

const TABLES = join(ROOT, "scripts/database/catalog/row_tables.sql");

interface RowTable {
  /** With its schema, quoted where it must be. */
  table: string;
  /** What a row says; null: nothing but what the database makes up. */
  columns: string[] | null;
  /** The columns that name a row; null: only all of them together do. */
  key: string[] | null;
}

/**
 * Reads the rows of the project's own tables as `row <table> <key>`. Rows that nothing tells apart, such as an
 * account's free slots, are numbered. `sql` is one session, or a transaction in it.
 */
export async function readRows(sql: postgres.ISql): Promise<Catalog> {
  await sql`select set_config('search_path', '', false)`;
  const tables = await sql.unsafe<RowTable[]>(await Deno.readTextFile(TABLES));
  const query = tables.flatMap(({ table, columns, key }) => {
    if (!columns) return [];
    const object = columns.map((column) => `'${unquoted(column)}', ${valueOf(table, column)}`).join(", ");
    const name = key ? `concat_ws(' ', ${key.map((column) => `t.${column}`).join(", ")})` : "''";
    return [
      `select '${table}' as "table", ${name} as name, jsonb_build_object(${object}) as row from ${table} t`,
    ];
  }).join(" union all ");
  const rows = await sql.unsafe<{ table: string; name: string; row: Properties }[]>(
    `select * from (${query}) r order by "table", name, row::text`,
  );
  return numbered(rows);
}

/** What was shipped is remembered as the table wrote it, and so with the times at which it did. */
function valueOf(table: string, column: string): string {
  return table === "private.shipped_rows" && column === "shipped"
    ? "t.shipped - array['created_at', 'updated_at']"
    : `t.${column}`;
}

function numbered(rows: { table: string; name: string; row: Properties }[]): Catalog {
  const catalog = new Map<string, Properties>();
  for (const { table, name, row } of rows) {
    const title = name === "" ? `row ${table}` : `row ${table} ${name}`;
    let key = title;
    for (let number = 2; catalog.has(key); number++) key = `${title} (${number})`;
    catalog.set(key, row);
  }
  return catalog;
}

function unquoted(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier;
}
