/** What every route of the auth service works with. */
import postgres from "postgres";
import type { Tokens } from "../tokens.ts";

export interface AuthContext {
  readonly pool: postgres.Sql;
  readonly tokens: Tokens;
  /** `iss` of access tokens. */
  readonly issuer: string;
  /** Seconds that an access token is good for. */
  readonly jwtExpiry: number;
}

/** The pool or an open transaction. */
export type Connection = postgres.ISql<Record<never, never>>;
/** An open transaction. */
export type Transaction = postgres.TransactionSql;

/**
 * Connects as GoTrue does, with `auth` alone in the search path: a trigger function on `auth.users` that relies on
 * another search path fails on hosted projects, so it must fail here too.
 */
export function openPool(databaseUrl: string): postgres.Sql {
  return postgres(databaseUrl, { max: 10, onnotice: () => {}, connection: { search_path: "auth" } });
}

/** Runs `body` in a transaction, committed when it returns and rolled back when it throws. */
export async function inTransaction<T>(
  { pool }: AuthContext,
  body: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const result = await pool.begin(async (tx) => ({ value: await body(tx) }));
  return result.value;
}
