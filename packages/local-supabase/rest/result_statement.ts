/**
 * The one statement every request ends in: it takes the rows, and answers with a single row that holds the whole HTTP
 * body, rendered by PostgreSQL, and what the headers need.
 */
import { z } from "zod";
import type { MediaType } from "./media_type.ts";
import type { Bindings, Statement } from "./sql_text.ts";

/** How to fill the body from the rows: all of them, exactly one thing, or none. */
export type Body = "rows" | "first_row" | "values" | "first_value" | "none";

/** The column that a function's scalar results are in. */
export const VALUE_COLUMN = "rest_value";

/** The name of the rows that a write or a function call gives; a select list is then applied to them. */
export const SOURCE = "rest_source";

/** What goes into the statement. */
export interface ResultPlan {
  /** SQL of the rows before the select list, named SOURCE; null when `page` needs none. */
  source: string | null;
  /** SQL of the rows to answer with. */
  page: string;
  /** SQL with one row for each row there is in total; null: the total is not wanted. */
  total: string | null;
  body: Body;
  media: MediaType;
  /** SQL for the JSON object of the single row's primary key, if wanted. */
  key?: string;
  /** Whether to report how many rows an upsert inserted. */
  countsInserts?: boolean;
}

/** The answer's row. */
export const resultRow = z.object({
  total: z.coerce.number().nullable(),
  rows: z.coerce.number(),
  body: z.string().nullable(),
  key: z.string().nullable(),
  inserted: z.coerce.number().nullable(),
  /** What a function set as `response.status` and `response.headers`. */
  status: z.string().nullable(),
  headers: z.string().nullable(),
});

/** The answer's row, read. */
export type ResultRow = z.infer<typeof resultRow>;

/** The answer's rows. Whole ones are written `rest_row.*`, because a column of that name would win over `rest_row`. */
const ROW = "rest_row";

/** Setting in which an upsert counts its inserts; local to the transaction. */
const INSERTED = "rest.inserted";

/** Puts the statement together. */
export function resultStatement(plan: ResultPlan, bindings: Bindings): Statement {
  const parts = [
    ...plan.source ? [`${SOURCE} as (${plan.source})`] : [],
    `rest_page as (${plan.page})`,
    ...plan.total ? [`rest_total as (${plan.total})`] : [],
  ];
  // The settings are read here, above an aggregate, so after every function has run.
  const text = `with ${parts.join(", ")} select
    ${plan.total ? "(select count(*) from rest_total)" : "null"} as total,
    count(*) as rows,
    ${bodySql(plan)} as body,
    ${plan.key ? `case when count(*) = 1 then (${plan.key})::text end` : "null"} as key,
    ${plan.countsInserts ? readSetting(INSERTED) : "null"} as inserted,
    ${readSetting("response.status")} as status,
    ${readSetting("response.headers")} as headers
    from rest_page as ${ROW}`;
  return { text, values: bindings.values };
}

/** A condition that is always true and adds `step` to the count of inserts for each row it is asked about. */
export function countingInserts(step: 1 | -1): string {
  const count = `coalesce(${readSetting(INSERTED)}::int, 0) + (${step})`;
  return `set_config('${INSERTED}', (${count})::text, true) is not null`;
}

function bodySql({ body, media }: ResultPlan): string {
  if (body === "none") return "null";
  const isSingle = media.shape === "object" || body === "first_row" || body === "first_value";
  const item = body === "values" || body === "first_value" ? `${ROW}.${VALUE_COLUMN}` : `${ROW}.*`;
  if (media.shape === "csv") return CSV;
  const list = media.stripNulls ? `json_strip_nulls(json_agg(${item}))` : `json_agg(${item})`;
  return isSingle ? `coalesce((${list} -> 0)::text, 'null')` : `coalesce(${list}::text, '[]')`;
}

// The header is the first row's keys; each line is the row as PostgreSQL writes a composite value.
const CSV = `(select coalesce(string_agg(k, ','), '') from json_object_keys(
    (select row_to_json(first.*) from rest_page as first limit 1)) as k)
  || chr(10) || coalesce(string_agg(substring((${ROW}.*)::text, 2, length((${ROW}.*)::text) - 2), chr(10)), '')`;

function readSetting(name: string): string {
  return `nullif(current_setting('${name}', true), '')`;
}
