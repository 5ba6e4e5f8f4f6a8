/** PATCH and DELETE on a table or view. */
import { whereSql } from "./filter_sql.ts";
import { readPayload } from "./payload.ts";
import { payloadColumns, payloadRows } from "./payload_sql.ts";
import type { Plan } from "./plan.ts";
import { contentRange } from "./range.ts";
import type { ApiRequest } from "./request.ts";
import { RestError } from "./rest_error.ts";
import type { Table } from "./schema_cache.ts";
import { Bindings, quoteName } from "./sql_text.ts";
import { tableSource } from "./table_read.ts";
import { planWrite, returningSql } from "./table_write.ts";

/** Plans an update of the rows that the filters choose. */
export function planUpdate(request: ApiRequest, table: Table): Plan {
  const { preferences, query } = request;
  const bindings = new Bindings();
  const payload = readPayload(request);
  const columns = payloadColumns(payload, table);
  const source = tableSource(table);
  const returning = returningSql(request, table);
  let sql: string;
  if (columns.length === 0) {
    // Nothing to set is no error, but no SQL either: an answer of no rows with the right columns.
    const selected = returning.replace(" returning ", "");
    sql = `select ${selected} from ${source.qualifier} where false`;
  } else {
    refuseWithoutFilter("UPDATE", request);
    const assignments = columns.map(({ name }) => `${quoteName(name)} = rest_body.${quoteName(name)}`).join(
      ", ",
    );
    const rows = payloadRows(payload, columns, bindings, preferences);
    const where = whereSql(query.conditions, source, bindings);
    sql = `update ${source.qualifier} set ${assignments} from (${rows}) as rest_body${where}${returning}`;
  }
  return planWrite(request, table, {
    sql,
    answer: (row) => ({
      status: preferences.returned === "representation" ? 200 : 204,
      headers: { "content-range": contentRange(0, row.rows - 1, preferences.count ? row.rows : null) },
      body: row.body,
    }),
  }, bindings);
}

/** Plans a delete of the rows that the filters choose. */
export function planDelete(request: ApiRequest, table: Table): Plan {
  const { preferences, query } = request;
  const bindings = new Bindings();
  const source = tableSource(table);
  refuseWithoutFilter("DELETE", request);
  const where = whereSql(query.conditions, source, bindings);
  return planWrite(request, table, {
    sql: `delete from ${source.qualifier}${where}${returningSql(request, table)}`,
    answer: (row) => ({
      status: preferences.returned === "representation" ? 200 : 204,
      headers: { "content-range": contentRange(1, 0, preferences.count ? row.rows : null) },
      body: row.body,
    }),
  }, bindings);
}

// Hosted projects load pg-safeupdate for API requests, which refuses to touch a whole table by accident.
function refuseWithoutFilter(command: "UPDATE" | "DELETE", { query }: ApiRequest): void {
  if (query.conditions.length === 0) {
    throw new RestError(400, "21000", `${command} requires a WHERE clause`);
  }
}
