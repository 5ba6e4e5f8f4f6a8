/** One call at the operators' door: a function of the schema `ops_api`. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { type OpsError, opsErrorOf } from "./ops_error.ts";

/** Arguments by name, as SQL names them (`p_filter`, …). */
export type Args = Readonly<Record<string, unknown>>;

/** Calls `ops_api.<name>`. A token that has just run out is renewed, once. @throws OpsError */
export async function callOps<T>(
  supabase: SupabaseClient,
  name: string,
  args: Args = {},
  signal?: AbortSignal,
): Promise<T> {
  const first = await tryOnce<T>(supabase, name, args, signal);
  if (!("error" in first)) return first.data;
  if (first.error.status !== 401) throw first.error;
  // Where it cannot be renewed, the client is signed out by this, and the page asks who is there.
  const { error } = await supabase.auth.refreshSession();
  if (error) throw first.error;
  const second = await tryOnce<T>(supabase, name, args, signal);
  if ("error" in second) throw second.error;
  return second.data;
}

async function tryOnce<T>(
  supabase: SupabaseClient,
  name: string,
  args: Args,
  signal: AbortSignal | undefined,
): Promise<{ data: T } | { error: OpsError }> {
  const call = supabase.schema("ops_api").rpc(name, args);
  const { data, error, status } = await (signal ? call.abortSignal(signal) : call);
  signal?.throwIfAborted();
  return error ? { error: opsErrorOf(error, status) } : { data: data as T };
}
