/** GET, HEAD and POST on `/rpc/<function>`. */
import { orderSql, type RowSource, selectSql } from "./field_sql.ts";
import { whereSql } from "./filter_sql.ts";
import { type Payload, readPayload } from "./payload.ts";
import type { Plan } from "./plan.ts";
import { capped } from "./range.ts";
import type { ApiRequest } from "./request.ts";
import { maxAffectedNeedsSet } from "./rest_error.ts";
import { type Body, resultStatement, SOURCE, VALUE_COLUMN } from "./result_statement.ts";
import { type ArgumentsSql, bodyArgument, jsonArguments, queryArguments } from "./routine_arguments.ts";
import { chooseRoutine } from "./routine_choice.ts";
import type { Routine, SchemaCache } from "./schema_cache.ts";
import { Bindings, quoteName, quoteQualified } from "./sql_text.ts";
import { limitSql, rowsAnswer } from "./table_read.ts";

/**
 * Plans a call. The select list, filters, order and range of the request apply to the function's result.
 * @throws NotInSchemaCache PGRST202 or RestError PGRST203 when no or several functions fit the arguments.
 */
export function planRoutineCall(request: ApiRequest, cache: SchemaCache, maxRows: number): Plan {
  const { query, media, preferences, method, target } = request;
  const payload = method === "POST" ? readPayload(request) : null;
  const { routine, takesBody } = chooseRoutine(cache.routinesNamed(target.schema, target.name), {
    schema: target.schema,
    name: target.name,
    keys: payload?.keys ?? query.arguments.map(([name]) => name),
    hasBody: payload !== null,
  });
  if (preferences.maxAffected !== null && !routine.returnsSet) throw maxAffectedNeedsSet();
  const bindings = new Bindings();
  const source = callSql(routine, argumentsSql(request, payload, routine, takesBody, bindings));
  const result = resultSource(routine, cache);
  const range = capped(query.range, maxRows);
  const select = selectSql(query.select, result, bindings);
  const where = whereSql(query.conditions, result, bindings);
  const from = `from ${SOURCE} as ${result.qualifier}${where}`;
  const statement = resultStatement({
    source,
    page: `select ${select} ${from}${orderSql(query.order, result, bindings)}${limitSql(range, bindings)}`,
    total: preferences.count ? `select 1 ${from}` : null,
    body: method === "HEAD" ? "none" : bodyOf(routine),
    media,
  }, bindings);
  return {
    statement,
    readOnly: method !== "POST" || routine.volatility !== "volatile",
    settings: routine.statementTimeout === null ? [] : [["statement_timeout", routine.statementTimeout]],
    limits: { single: media.shape === "object" && routine.returnsSet, maxAffected: preferences.maxAffected },
    answer: (row) => {
      const answer = rowsAnswer(row, range);
      return routine.returns === "void" && !routine.returnsSet
        ? { ...answer, status: 204, body: null }
        : answer;
    },
  };
}

function argumentsSql(
  request: ApiRequest,
  payload: Payload | null,
  routine: Routine,
  takesBody: boolean,
  bindings: Bindings,
): ArgumentsSql {
  if (!payload) return queryArguments(request.query.arguments, routine, bindings);
  return takesBody ? bodyArgument(payload, routine, bindings) : jsonArguments(payload, routine, bindings);
}

function callSql(routine: Routine, { list, from }: ArgumentsSql): string {
  const call = `${quoteQualified(routine.schema, routine.name)}(${list})`;
  const before = from ? `${from}, lateral ` : "";
  return routine.returns === "composite"
    ? `select rest_call.* from ${before}${call} as rest_call`
    : `select rest_call.${VALUE_COLUMN} from ${before}(select ${call} as ${VALUE_COLUMN}) as rest_call`;
}

// Named like the table it returns, or like itself, because PostgreSQL's complaints about columns say that name.
function resultSource({ name, returnedTable }: Routine, cache: SchemaCache): RowSource {
  const table = returnedTable && cache.table(returnedTable.schema, returnedTable.name);
  return {
    qualifier: quoteName(returnedTable?.name ?? name),
    typeOf: (column) => table?.columns.get(column)?.type,
  };
}

function bodyOf({ returns, returnsSet }: Routine): Body {
  if (returns === "composite") return returnsSet ? "rows" : "first_row";
  return returnsSet ? "values" : "first_value";
}
