/** GET and HEAD on a table or view. */
import { orderSql, type RowSource, selectSql } from "./field_sql.ts";
import { whereSql } from "./filter_sql.ts";
import type { Answer, Plan } from "./plan.ts";
import { beyondEnd, capped, contentRange, rangeStatus, type RowRange } from "./range.ts";
import type { ApiRequest } from "./request.ts";
import { type ResultRow, resultStatement } from "./result_statement.ts";
import type { Table } from "./schema_cache.ts";
import { Bindings, quoteQualified } from "./sql_text.ts";

/** Plans a read of `table`, of at most `maxRows` rows. */
export function planTableRead(request: ApiRequest, table: Table, maxRows: number): Plan {
  const { query, media, preferences, method } = request;
  const bindings = new Bindings();
  const source = tableSource(table);
  const range = capped(query.range, maxRows);
  const select = selectSql(query.select, source, bindings);
  const where = whereSql(query.conditions, source, bindings);
  const order = orderSql(query.order, source, bindings);
  const page = `select ${select} from ${source.qualifier}${where}${order}${limitSql(range, bindings)}`;
  const statement = resultStatement({
    source: null,
    page,
    total: preferences.count ? `select 1 from ${source.qualifier}${where}` : null,
    body: method === "HEAD" ? "none" : "rows",
    media,
  }, bindings);
  return {
    statement,
    readOnly: true,
    settings: [],
    limits: { single: media.shape === "object", maxAffected: null },
    answer: (row) => rowsAnswer(row, range),
  };
}

/** A table as the source of a request's columns, under its qualified name. */
export function tableSource(table: Table): RowSource {
  return {
    qualifier: quoteQualified(table.schema, table.name),
    typeOf: (column) => table.columns.get(column)?.type,
  };
}

/** `limit … offset …`, bound. */
export function limitSql({ offset, limit }: RowRange, bindings: Bindings): string {
  const limited = limit === null ? "" : ` limit ${bindings.bind(String(limit))}`;
  return offset === 0 ? limited : `${limited} offset ${bindings.bind(String(offset))}`;
}

/** The answer that holds a range of rows: 200, or 206 when there are more. */
export function rowsAnswer({ rows, total, body }: ResultRow, { offset }: RowRange): Answer {
  const problem = beyondEnd(offset, total);
  const range = contentRange(offset, offset + rows - 1, total);
  if (problem) throw problem;
  return { status: rangeStatus(rows, total), headers: { "content-range": range }, body };
}
