/** Database access: as the caller, under row-level security, or as the service itself. */
import type postgres from "postgres";
import { Pool } from "../sessions/pool.ts";
import type { Claims } from "../tokens.ts";
import { accessDenied } from "./storage_error.ts";

/** An open transaction. Until it is turned over to a caller it is the service's, which sees every row. */
export type Transaction = postgres.ReservedSql<{ bigint: number }>;

/**
 * Connects with storage-api's search path, so that a trigger function that relies on another one fails here too.
 * @param timeoutMs how long a statement may take
 */
export function openPool(databaseUrl: string, timeoutMs: number): Pool {
  return new Pool({
    databaseUrl,
    settings: {
      application_name: "storage-api",
      search_path: "storage, public, extensions",
      statement_timeout: String(timeoutMs),
      "storage.allow_delete_query": "true", // nobody else may delete rows of objects: their bytes would stay
    },
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  });
}

/**
 * Turns the transaction over to the caller: its role, and the settings that policies read (`auth.uid()`,
 * `auth.jwt()`, `storage.operation()`). Only roles that a request may take (granted to `authenticator`) are entered.
 * @param operation as in github.com/supabase/storage, src/http/routes/operations.ts, without `storage.`
 * @throws StorageError `AccessDenied` when there is no such role
 */
export async function enter(tx: Transaction, claims: Claims, operation: string): Promise<void> {
  const entered = await tx`
    select set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
           set_config('request.jwt.claim.sub', ${claims.sub ?? ""}, true),
           set_config('request.jwt.claim.role', ${claims.role}, true),
           set_config('storage.operation', ${`storage.${operation}`}, true),
           set_config('role', rolname, true)
    from pg_roles
    where rolname = ${claims.role} and pg_has_role('authenticator', oid, 'member')`;
  if (entered.length === 0) throw accessDenied(`role "${claims.role}" does not exist`);
}

/** Runs `body` in a transaction of the caller (see `enter`). */
export async function asCaller<T>(
  pool: Pool,
  claims: Claims,
  operation: string,
  body: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return await inTransaction(pool, async (tx) => {
    await enter(tx, claims, operation);
    return await body(tx);
  });
}

/** Runs `body` in a transaction, committed when it returns and rolled back when it throws. `options`: of the pool. */
export async function inTransaction<T>(
  pool: Pool,
  body: (tx: Transaction) => Promise<T>,
  options: { isAllSent?: boolean } = {},
): Promise<T> {
  // The session was opened with the type that the driver's own types do not know of.
  return await pool.transaction("", (connection) => body(connection as Transaction), options);
}
