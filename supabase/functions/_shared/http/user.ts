/** What the functions for users know of their caller: a signed-in user, and a client that acts with that user's rights. */
import type { SupabaseContext } from "@supabase/server";
import type { Context } from "hono";
import type { Database } from "../../../../shared/database.types.ts";
import { EsteiraError } from "../../../../shared/errors.ts";

export interface UserEnv {
  Variables: { supabaseContext: SupabaseContext<Database> };
}

/** The caller's id and their own client, to which RLS applies. */
export function userOf(
  context: Context<UserEnv>,
): { userId: string; client: SupabaseContext<Database>["supabase"] } {
  const { userClaims, supabase } = context.var.supabaseContext;
  if (!userClaims) throw new EsteiraError("unauthenticated", "Sign in first.");
  return { userId: userClaims.id, client: supabase };
}
