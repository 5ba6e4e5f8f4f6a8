/**
 * `/rest/v1` for local use: functions, tables and views over HTTP as PostgREST 14 serves them, as far as supabase-js
 * can tell. PostgreSQL does the work: every request is one transaction as the caller's role, so grants and policies
 * decide what is allowed, and every value is read and rendered by PostgreSQL.
 *
 * Not here: resource embedding (PGRST200), PUT, the OpenAPI description, payloads other than JSON, EXPLAIN plans,
 * custom media types, isolation levels of roles and functions, `Prefer: timezone` and `tx`, guesses what a misspelt
 * table was meant to be, and the primary keys of views (an upsert into one needs `on_conflict`). `count=planned` and
 * `count=estimated` count exactly. Updates and deletes without a filter are refused, as pg-safeupdate does on hosted
 * projects, but inside functions they are not.
 */
import { callerOf } from "../caller.ts";
import type { Service } from "../service.ts";
import { Pool, type PoolLimits } from "../sessions/pool.ts";
import type { Claims, Tokens } from "../tokens.ts";
import { toRestError } from "./database_error.ts";
import type { Plan } from "./plan.ts";
import { refuse } from "./refusal.ts";
import { type ApiRequest, readRequest } from "./request.ts";
import { toResponse } from "./response.ts";
import { NotInSchemaCache, unknownTable } from "./rest_error.ts";
import { planRoutineCall } from "./routine_call.ts";
import type { SchemaCache } from "./schema_cache.ts";
import { SchemaWatch } from "./schema_watch.ts";
import { planDelete, planUpdate } from "./table_change.ts";
import { planInsert } from "./table_insert.ts";
import { planTableRead } from "./table_read.ts";
import { textSession } from "./text_session.ts";
import { runPlan } from "./transaction.ts";

/** What the service needs to know. */
export interface RestOptions {
  /** Connects as `authenticator`, which may become each of the API roles and is nothing else. */
  databaseUrl: string;
  tokens: Tokens;
  /** Schemas that may be reached; the first is the default. */
  schemas: string[];
  /** Schemas in the search_path after the request's own. */
  extraSearchPath: string[];
  /** No answer to a read or call holds more rows. */
  maxRows: number;
  /** Connections to the database, and how long a request waits for one; PostgREST's own defaults unless it is told. */
  pool?: PoolLimits;
}

/** db-pool and db-pool-acquisition-timeout (docs.postgrest.org/en/v14/references/configuration.html). */
const POOL: Required<PoolLimits> = { most: 10, patienceMs: 10_000 };

/** Connects, loads the schema cache and returns the service. */
export async function startRest(options: RestOptions): Promise<Service> {
  const pool = new Pool(textSession(options.databaseUrl), { ...POOL, ...options.pool });
  try {
    const watch = await SchemaWatch.start(pool, options.databaseUrl, options.schemas);
    return {
      handle: (request) => handle(request, pool, watch, options),
      async close() {
        await watch.close();
        await pool.close();
      },
    };
  } catch (error) {
    await pool.close();
    throw error;
  }
}

async function handle(
  request: Request,
  pool: Pool,
  watch: SchemaWatch,
  options: RestOptions,
): Promise<Response> {
  const caller = await callerOf(request, options.tokens);
  if (!caller.ok) return refuse(caller.reason, request.method);
  try {
    return await answer(await readRequest(request, options.schemas), caller.claims, pool, watch, options);
  } catch (error) {
    return toRestError(error, caller.claims.role).toResponse(request.method);
  }
}

async function answer(
  request: ApiRequest,
  claims: Claims,
  pool: Pool,
  watch: SchemaWatch,
  options: RestOptions,
): Promise<Response> {
  const { plan, cache } = await planFresh(request, watch, options.maxRows);
  const { extraSearchPath } = options;
  const row = await runPlan(pool, { request, plan, claims, cache, extraSearchPath });
  return toResponse(request, plan, row, options.schemas);
}

interface Planned {
  plan: Plan;
  /** What it was planned with. */
  cache: SchemaCache;
}

/** Plans with the cache as it is, and if something is not in it, once more with what the database says now. */
async function planFresh(request: ApiRequest, watch: SchemaWatch, maxRows: number): Promise<Planned> {
  const planned = () => ({ plan: planRequest(request, watch.cache, maxRows), cache: watch.cache });
  try {
    return planned();
  } catch (error) {
    if (!(error instanceof NotInSchemaCache)) throw error;
    await watch.reload();
    return planned();
  }
}

function planRequest(request: ApiRequest, cache: SchemaCache, maxRows: number): Plan {
  const { target, method } = request;
  if (target.kind === "routine") return planRoutineCall(request, cache, maxRows);
  const table = cache.table(target.schema, target.name);
  if (!table) throw unknownTable(target.schema, target.name);
  switch (method) {
    case "GET":
    case "HEAD":
      return planTableRead(request, table, maxRows);
    case "POST":
      return planInsert(request, table);
    case "PATCH":
      return planUpdate(request, table);
    case "DELETE":
      return planDelete(request, table);
  }
}
