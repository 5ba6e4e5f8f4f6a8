/** What every route of the auth service works with. */
import type postgres from "postgres";
import { Pool } from "../sessions/pool.ts";
import type { Tokens } from "../tokens.ts";

export interface AuthContext {
  readonly pool: Pool;
  readonly tokens: Tokens;
  /** `iss` of access tokens. */
  readonly issuer: string;
  /** Seconds that an access token is good for. */
  readonly jwtExpiry: number;
}

/** An open transaction. */
export type Transaction = postgres.ReservedSql;

/**
 * Connects as GoTrue does, with `auth` alone in the search path: a trigger function on `auth.users` that relies on
 * another search path fails on hosted projects, so it must fail here too.
 */
export function openPool(databaseUrl: string): Pool {
  return new Pool({ databaseUrl, settings: { application_name: "gotrue", search_path: "auth" } });
}

/** Runs `body` in a transaction, committed when it returns and rolled back when it throws. */
export async function inTransaction<T>(
  { pool }: AuthContext,
  body: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return await pool.transaction("", body);
}
