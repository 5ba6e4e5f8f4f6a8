/** The database in which publications are played with: one session, and what its engine needs to publish. */
import assert from "node:assert/strict";
import postgres from "postgres";
import type { Cluster } from "@esteira/local-supabase/postgres/cluster";

/** A row as postgres.js gives it. */
export type Row = Record<string, unknown>;

/** One connection, so one transaction at a time. */
export class Session {
  readonly #sql: postgres.Sql;

  constructor({ url }: Cluster) {
    const connection = { statement_timeout: 60_000 };
    this.#sql = postgres(url(), { max: 1, fetch_types: false, onnotice: () => {}, connection });
  }

  /** The rows of a query with $1, $2, … for `values`. */
  async rows<T extends Row = Row>(query: string, values: (string | number | object)[] = []): Promise<T[]> {
    return await this.#sql.unsafe<T[]>(query, values as postgres.ParameterOrJSON<never>[]);
  }

  /** The one row of a query; fails when there is another number of them. */
  async row<T extends Row = Row>(query: string, values: (string | number | object)[] = []): Promise<T> {
    const rows = await this.rows<T>(query, values);
    assert(rows.length === 1 && rows[0], `${rows.length} rows instead of one: ${query}`);
    return rows[0];
  }

  async begin(): Promise<void> {
    await this.rows("begin");
  }

  async end(how: "commit" | "rollback"): Promise<void> {
    await this.rows(how);
  }

  async close(): Promise<void> {
    await this.#sql.end({ timeout: 1 });
  }
}

/** Whether the engine has refused a call: an answer as any other. */
export function isRefusal(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code.startsWith("PT");
}

/** Switches on what can be published, with room for so many at once. */
export async function enablePublishing(session: Session, capacity: number): Promise<void> {
  await session.rows("update public.tools set is_enabled = true, settings = '{}' where lane = 'publication'");
  await session.rows(
    "select private.set_capacity(account_id, $1::integer) from private.accounts where lane = 'publication'",
    [capacity],
  );
}
