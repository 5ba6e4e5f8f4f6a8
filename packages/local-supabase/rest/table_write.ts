/** What inserts, updates and deletes have in common: which rows they return, and how they are shown. */
import { columnsOf, orderSql, type RowSource, selectSql } from "./field_sql.ts";
import type { Plan } from "./plan.ts";
import type { ApiRequest } from "./request.ts";
import { resultStatement, SOURCE } from "./result_statement.ts";
import type { Table } from "./schema_cache.ts";
import { type Bindings, quoteName, quoteQualified } from "./sql_text.ts";

/** How a kind of write differs from the others. */
export interface Write {
  /** The statement up to and including its `returning` clause. */
  sql: string;
  countsInserts?: boolean;
  answer: Plan["answer"];
}

/**
 * A `returning` clause. Without `return=representation` it names no column, so that a caller who may write but not
 * read can. With it, it names the selected columns and the primary key, which then must be readable too.
 */
export function returningSql({ query, preferences }: ApiRequest, table: Table): string {
  if (preferences.returned === null || preferences.returned === "minimal") return " returning 1";
  const name = quoteQualified(table.schema, table.name);
  const columns = columnsOf(query.select);
  if (!columns) return ` returning ${name}.*`;
  const needed = new Set([...columns, ...table.primaryKey]);
  return ` returning ${[...needed].map((column) => `${name}.${quoteName(column)}`).join(", ")}`;
}

/** Wraps a write into a plan that answers with the rows it returned, as far as they are wanted. */
export function planWrite(request: ApiRequest, table: Table, write: Write, bindings: Bindings): Plan {
  const { query, media, preferences } = request;
  const returned: RowSource = {
    qualifier: quoteName(table.name),
    typeOf: (column) => table.columns.get(column)?.type,
  };
  const shown = preferences.returned === "representation";
  const from = `from ${SOURCE} as ${returned.qualifier}`;
  const statement = resultStatement({
    source: write.sql,
    page: shown
      ? `select ${selectSql(query.select, returned, bindings)} ${from}${
        orderSql(query.order, returned, bindings)
      }`
      : `select 1 ${from}`,
    total: null,
    body: shown ? "rows" : "none",
    media,
    ...preferences.returned === "headers-only" && table.primaryKey.length > 0
      ? { key: keySql(table, bindings) }
      : {},
    countsInserts: write.countsInserts,
  }, bindings);
  return {
    statement,
    readOnly: false,
    settings: [],
    limits: { single: media.shape === "object", maxAffected: preferences.maxAffected },
    answer: write.answer,
  };
}

function keySql(table: Table, bindings: Bindings): string {
  const pairs = table.primaryKey.map((name) => `${bindings.bind(name)}::text, ${quoteName(name)}::text`);
  return `select json_build_object(${pairs.join(", ")}) from ${SOURCE}`;
}
