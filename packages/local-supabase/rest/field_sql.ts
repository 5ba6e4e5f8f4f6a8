/** Columns, select lists and orders as SQL. */
import type { OrderTerm } from "./order_grammar.ts";
import type { Field } from "./scanner.ts";
import type { SelectItem } from "./select_grammar.ts";
import { type Bindings, quoteName } from "./sql_text.ts";

/** The rows that a request's columns belong to. */
export interface RowSource {
  /** SQL that qualifies a column: a table's name or an alias. */
  qualifier: string;
  /** The type of a column as SQL; undefined when it is not known. */
  typeOf(column: string): string | undefined;
}

/** SQL of a column or of what its JSON path leads to. Other values than JSON are made JSON before a path is followed. */
export function fieldSql({ column, path }: Field, source: RowSource, bindings: Bindings): string {
  const sql = `${source.qualifier}.${quoteName(column)}`;
  if (path.length === 0) return sql;
  const isJson = ["json", "jsonb"].includes(source.typeOf(column) ?? "");
  const steps = path.map(({ arrow, operand }) =>
    "key" in operand
      ? `${arrow}${bindings.bind(operand.key)}`
      : `${arrow}${bindings.bind(String(operand.index))}::int`
  );
  return `${isJson ? sql : `to_jsonb(${sql})`}${steps.join("")}`;
}

/** SQL of a select list. */
export function selectSql(items: SelectItem[], source: RowSource, bindings: Bindings): string {
  return items.map((item) => {
    if (item.kind === "star") return `${source.qualifier}.*`;
    const sql = fieldSql(item.field, source, bindings);
    const name = item.alias ?? nameOfPath(item.field);
    return `${item.cast ? `cast(${sql} as ${item.cast})` : sql}${name ? ` as ${quoteName(name)}` : ""}`;
  }).join(", ");
}

/** An `order by` clause, or nothing. */
export function orderSql(terms: OrderTerm[], source: RowSource, bindings: Bindings): string {
  if (terms.length === 0) return "";
  const keys = terms.map(({ field, direction, nulls }) =>
    [fieldSql(field, source, bindings), direction, nulls && `nulls ${nulls}`].filter(Boolean).join(" ")
  );
  return ` order by ${keys.join(", ")}`;
}

/** The columns that a select list needs, without repetition; undefined when it needs them all. */
export function columnsOf(items: SelectItem[]): Set<string> | undefined {
  const columns = new Set<string>();
  for (const item of items) {
    if (item.kind === "star") return undefined;
    columns.add(item.field.column);
  }
  return columns;
}

// `data->a->b` is called b, and `data->a->0` is called a; a plain column keeps its own name also when it is cast.
function nameOfPath({ column, path }: Field): string {
  const keys = path.flatMap(({ operand }) => "key" in operand ? [operand.key] : []);
  return keys.at(-1) ?? column;
}
