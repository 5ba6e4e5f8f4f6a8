/** The JSON payload of a write as rows. */
import type { Payload } from "./payload.ts";
import { unknownColumn } from "./rest_error.ts";
import type { Column, Table } from "./schema_cache.ts";
import { type Bindings, quoteName, quoteNames } from "./sql_text.ts";

/**
 * The columns that the payload sets.
 * @throws NotInSchemaCache PGRST204 for one that the table does not have.
 */
export function payloadColumns(payload: Payload, table: Table): Column[] {
  return payload.keys.map((key) => {
    const column = table.columns.get(key);
    if (!column) throw unknownColumn(table.name, key);
    return column;
  });
}

/**
 * SQL of the payload's rows, with `columns` in their types. PostgreSQL converts them, so `null` and a missing key are
 * both null, unless `missingAsDefault` gives missing keys the column's default.
 */
export function payloadRows(
  payload: Payload,
  columns: Column[],
  bindings: Bindings,
  { missingAsDefault }: { missingAsDefault: boolean },
): string {
  // No columns, but still one row for each object: `[{}, {}]` inserts two rows of defaults.
  if (columns.length === 0) {
    return payload.isObject
      ? "select"
      : `select from json_array_elements(${bindings.bind(payload.json)}::json)`;
  }
  const withDefaults = missingAsDefault ? columns.filter((column) => column.default !== null) : [];
  const json = withDefaults.length > 0
    ? jsonWithDefaults(payload, withDefaults, bindings)
    : `${bindings.bind(payload.json)}::json`;
  const prefix = withDefaults.length > 0 ? "jsonb" : "json";
  const types = columns.map(({ name, type }) => `${quoteName(name)} ${type}`).join(", ");
  const toRows = payload.isObject ? `${prefix}_to_record` : `${prefix}_to_recordset`;
  return `select ${
    quoteNames(columns.map(({ name }) => name))
  } from ${toRows}(${json}) as rest_json (${types})`;
}

// Lays each object over an object of the defaults. The defaults are evaluated once for each row.
function jsonWithDefaults(payload: Payload, columns: Column[], bindings: Bindings): string {
  const pairs = columns.map((column) => `${bindings.bind(column.name)}::text, ${column.default}`).join(", ");
  const json = `${bindings.bind(payload.json)}::jsonb`;
  if (payload.isObject) return `jsonb_build_object(${pairs}) || ${json}`;
  return `(select jsonb_agg(jsonb_build_object(${pairs}) || rest_object) from jsonb_array_elements(${json}) as rest_object)`;
}
