/** The query string as a whole: which parameter is what. */
import type { Condition } from "./condition.ts";
import { noOperator, parseFilter, parseLogic } from "./filter_grammar.ts";
import { type OrderTerm, parseOrder } from "./order_grammar.ts";
import { requestedRange, type RowRange } from "./range.ts";
import { notEmbedded } from "./rest_error.ts";
import { parseNames } from "./scanner.ts";
import { parseSelect, type SelectItem } from "./select_grammar.ts";

/** All that a query string can say. */
export interface Query {
  select: SelectItem[];
  /** All of them must hold. */
  conditions: Condition[];
  order: OrderTerm[];
  range: RowRange;
  /** Columns (or arguments) of the payload to use; null: those it has. */
  columns: string[] | null;
  /** Columns whose unique index decides what is a duplicate; null: the primary key. */
  onConflict: string[] | null;
  /** For a function called by GET: its arguments, in order, repeated ones repeated. */
  arguments: [string, string][];
}

/** What the meaning of a query string depends on. */
export interface QueryContext {
  /** Name of the table or function, for messages. */
  target: string;
  /** Whether parameters without an operator are arguments, as they are for a function called by GET. */
  takesArguments: boolean;
  /** The `Range` header, where it counts; else null. */
  rangeHeader: string | null;
}

const NOT_FILTERS = ["select", "columns", "on_conflict", "order", "limit", "offset", "apikey"];

/** @throws RestError PGRST100, PGRST103, PGRST108, PGRST123 or PGRST200; see the grammars. */
export function parseQuery(parameters: URLSearchParams, context: QueryContext): Query {
  const columns = parameters.get("columns");
  const onConflict = parameters.get("on_conflict");
  const query: Query = {
    select: parseSelect(parameters.get("select") ?? "", context.target),
    conditions: [],
    order: parameters.getAll("order").filter((text) => text !== "").flatMap(parseOrder),
    range: requestedRange(parameters.get("limit"), parameters.get("offset"), context.rangeHeader),
    columns: columns === null ? null : parseNames(columns, "columns"),
    onConflict: onConflict === null ? null : parseNames(onConflict, "on_conflict"),
    arguments: [],
  };
  for (const [key, value] of parameters) {
    if (NOT_FILTERS.includes(key)) continue;
    if (/^(not\.)?(and|or)$/.test(key)) query.conditions.push(parseLogic(key, value));
    else readFilter(key, value, query, context);
  }
  return query;
}

function readFilter(key: string, value: string, query: Query, { takesArguments }: QueryContext): void {
  // `author.order`, `author.limit`, `author.or`: parts of an embedded resource, and not filters themselves.
  const embedded = /\.(?:order|limit|offset|and|or)$/.test(key) ? key.match(/^(.[^.]*)\./)?.[1] : undefined;
  if (embedded) throw notEmbedded(embedded);
  const condition = parseFilter(key, value);
  if (condition) query.conditions.push(condition);
  else if (takesArguments) query.arguments.push([key, value]);
  else noOperator(value);
}
