/**
 * Runs a plan as the caller: one transaction in which the role, the claims and the request are settings, exactly as
 * functions and policies expect. Source: docs.postgrest.org/en/v14/references/transactions.html
 */
import type postgres from "postgres";
import type { Pool } from "../sessions/pool.ts";
import type { Claims } from "../tokens.ts";
import type { Plan } from "./plan.ts";
import type { ApiRequest } from "./request.ts";
import { notSingular, tooManyAffected } from "./rest_error.ts";
import { type ResultRow, resultRow } from "./result_statement.ts";
import type { SchemaCache, Setting } from "./schema_cache.ts";
import { Bindings, quoteNames, type Statement } from "./sql_text.ts";

/** Who runs what: the request, its plan, and the caller's claims. */
export interface Run {
  request: ApiRequest;
  plan: Plan;
  claims: Claims;
  cache: SchemaCache;
  extraSearchPath: string[];
}

/**
 * Runs the plan and returns its row. Both statements are sent together, and the commit with them where no count of rows
 * can make it a rollback; should the first fail, PostgreSQL refuses the second, so it never runs as another role.
 * @throws PostgresError; RestError PGRST116 or PGRST124, after which nothing is kept.
 */
export async function runPlan(pool: Pool, run: Run): Promise<ResultRow> {
  const { plan, cache } = run;
  const mode = plan.readOnly ? "read only" : "read write";
  // Prepared statements fix the types of their parameters, and a change of the schema may change those: the version
  // in the text makes it another statement.
  const main = { text: `/* ${cache.version} */ ${plan.statement.text}`, values: plan.statement.values };
  const { single, maxAffected } = plan.limits;
  return await pool.transaction(mode, async (connection) => {
    const [, [answer]] = await Promise.all([
      send(connection, settingsStatement(run)),
      send(connection, main),
    ]);
    const result = resultRow.parse(answer);
    if (single && result.rows !== 1) throw notSingular(result.rows);
    if (maxAffected !== null && result.rows > maxAffected) throw tooManyAffected(result.rows);
    return result;
  }, { isAllSent: !single && maxAffected === null });
}

function send(connection: postgres.Sql, { text, values }: Statement) {
  return connection.unsafe(text, values, { prepare: true, simple: false } as postgres.UnsafeQueryOptions)
    .execute();
}

function settingsStatement({ request, plan, claims, cache, extraSearchPath }: Run): Statement {
  const bindings = new Bindings();
  const settings: Setting[] = [
    ["search_path", quoteNames([request.target.schema, ...extraSearchPath])],
    ...cache.settingsOf(claims.role),
    ["role", claims.role],
    ["request.jwt.claims", JSON.stringify(claims)],
    ["request.method", request.method],
    ["request.path", request.path],
    ["request.headers", JSON.stringify(Object.fromEntries(request.headers))],
    ...plan.settings,
  ];
  const calls = settings.map(([name, value]) =>
    `set_config(${bindings.bind(name)}, ${bindings.bind(value)}, true)`
  );
  return { text: `select ${calls.join(", ")}`, values: bindings.values };
}
