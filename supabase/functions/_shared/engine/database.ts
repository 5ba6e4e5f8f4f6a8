/** The database as the functions reach it: supabase-js with the secret key, and its errors in Esteira's words. */
import { createAdminClient } from "@supabase/server/core";
import { StorageApiError, type SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../../../shared/database.types.ts";
import { type ErrorCode, EsteiraError, isErrorCode } from "../../../../shared/errors/errors.ts";

type Client = SupabaseClient<Database>;

let client: Client | undefined;

/** The one admin client of this process; bypasses RLS, so use it only where no user's right is being exercised. */
export function admin(): Client {
  return client ??= createAdminClient<Database>();
}

/** The engine's functions for workers: each call is one transition in one transaction. */
export const worker = () => admin().schema("worker");

interface DatabaseError {
  code?: string;
  message: string;
  details?: string | null;
  hint?: string | null;
}

/** An answer of supabase-js: data, or an error. `status`: of the Data API's; 0 where nobody answered. */
export type Answer = { data: unknown; error: DatabaseError | null; status?: number };

/** PostgREST's words for a database that it does not reach (https://docs.postgrest.org/en/stable/references/errors.html). */
const NOT_REACHED = ["PGRST000", "PGRST001", "PGRST002", "PGRST003"];

/** PostgreSQL's own: the connection is lost, it has none to give (53300), or it goes down or comes up. */
const NOT_SERVED = /^(08|53)...$|^57P0[1-3]$/;

/**
 * Unwraps an answer of the Data API or of Storage.
 * @throws EsteiraError with the code that SQL raised (private.refuse); `database_unavailable` or `storage_unavailable` where
 * that does not answer; else `internal_error` with the SQLSTATE in details.
 */
export function unwrap<A extends Answer>(
  { data, error, status = 0 }: A,
): Extract<A, { error: null }>["data"] {
  if (!error) return data;
  // private.refuse raises SQLSTATE PTxyz, with the code in details and what helps to mend it in hint.
  const refused = error.code?.match(/^PT(\d{3})$/);
  if (refused && isErrorCode(error.details)) {
    throw new EsteiraError(error.details, error.message, detailsOf(error.hint), Number(refused[1]));
  }
  throw new EsteiraError(codeOf(error, status), error.message, { sqlstate: error.code ?? null });
}

/** What an error is that nobody raised on purpose. One of ours is none of the database's. */
function codeOf(error: DatabaseError, status: number): ErrorCode {
  if ("__isStorageError" in error) {
    const answered = error instanceof StorageApiError ? error.status : 0;
    return answered === 0 || answered >= 500 ? "storage_unavailable" : "internal_error";
  }
  if (error.code) {
    const isAway = NOT_REACHED.includes(error.code) || NOT_SERVED.test(error.code);
    return isAway ? "database_unavailable" : "internal_error";
  }
  // Without a code it is not PostgREST that answers, but what stands before it.
  return status === 0 || status === 429 || status >= 500 ? "database_unavailable" : "internal_error";
}

/** A hint of private.refuse: the name of the field at fault, or an object with that and more in it. */
function detailsOf(hint: string | null | undefined): Record<string, unknown> {
  if (!hint) return {};
  return hint.startsWith("{") ? JSON.parse(hint) : { field: hint };
}

/** Whether a call has changed anything. When its answer is what stood already, SQL says so by this status (private.already). */
export function isNews({ status }: { status: number }): boolean {
  return status !== 208;
}
