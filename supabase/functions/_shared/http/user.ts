/** What the functions know of their caller: a signed-in user with a client that has that user's rights, or a server. */
import type { SupabaseContext } from "@supabase/server";
import type { Context } from "hono";
import type { Database } from "../../../../shared/database.types.ts";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { publishableKey } from "../runtime/env.ts";

/** A client that acts with the rights of its user: RLS applies. */
export type UserClient = SupabaseContext<Database>["supabase"];

export interface UserEnv {
  Variables: { supabaseContext: SupabaseContext<Database> };
}

/** The caller's id and their own client. */
export function userOf(
  context: Context<UserEnv>,
): { userId: string; client: UserClient } {
  const { userClaims, supabase } = context.var.supabaseContext;
  if (!userClaims) throw new EsteiraError("unauthenticated", "Sign in first.");
  return { userId: userClaims.id, client: supabase };
}

/** What a request to the platform shows, to act with the rights of whoever called us. */
export interface Credentials {
  authorization: string;
  apikey: string;
}

/** Who creates jobs, and for whom. */
export interface Creator {
  /** Whose the jobs are. */
  userId: string;
  /** A server may do what users may not: it has a secret key. */
  isServer: boolean;
  credentials: Credentials;
}

/**
 * A signed-in user, who creates for themself, or a server with a secret key, which names the user it creates for. For
 * routes that let both in. Errors: 403 forbidden, 422 invalid_input.
 */
export function creatorOf(context: Context<UserEnv>, named: string | undefined): Creator {
  const { userClaims } = context.var.supabaseContext;
  const header = (name: string) => context.req.header(name) ?? "";
  if (userClaims) {
    if (named && named.toLowerCase() !== userClaims.id) {
      throw new EsteiraError("forbidden", "Only servers create jobs for other users.", { field: "userId" });
    }
    const credentials = { authorization: header("authorization"), apikey: publishableKey() };
    return { userId: userClaims.id, isServer: false, credentials };
  }
  if (!named) {
    const message = "userId: a server says whose the job is";
    throw new EsteiraError("invalid_input", message, { field: "userId" });
  }
  const apikey = header("apikey");
  return { userId: named, isServer: true, credentials: { authorization: `Bearer ${apikey}`, apikey } };
}
