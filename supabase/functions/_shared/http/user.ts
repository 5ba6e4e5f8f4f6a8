/** What the functions know of their caller: a signed-in user with a client that has that user's rights, or a server. */
import type { SupabaseContext } from "@supabase/server";
import type { Context, MiddlewareHandler } from "hono";
import type { Database } from "../../../../shared/database.types.ts";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { unwrap } from "../engine/database.ts";

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

/**
 * For routes that ask the database nothing with the user's own rights: a token outlives its user, and whose user is gone
 * gets 401 everywhere. (In policies private.caller() sees to it.)
 */
export const stillThere: MiddlewareHandler<UserEnv> = async (context, next) => {
  await requireStillThere(context);
  await next();
};

/** Error: 401 unauthenticated when the user of the caller's token is gone. */
export async function requireStillThere(context: Context<UserEnv>): Promise<void> {
  unwrap(await userOf(context).client.from("tools").select("tool").limit(1));
}

/** Unwraps an answer about the caller or a user that a server has named: a caller who is not there is nobody. */
export function unwrapFor<A extends Parameters<typeof unwrap>[0]>(
  { isServer }: Pick<Creator, "isServer">,
  answer: A,
): ReturnType<typeof unwrap<A>> {
  try {
    return unwrap(answer);
  } catch (error) {
    if (!isServer && error instanceof EsteiraError && error.code === "user_not_found") {
      throw nobodyThere();
    }
    throw error;
  }
}

/** 401 unauthenticated: a token outlives its user. */
export function nobodyThere(): EsteiraError {
  return new EsteiraError("unauthenticated", "The user of this token is no longer there.");
}

/** Who creates jobs, and for whom. */
export interface Creator {
  /** Whose the jobs are. */
  userId: string;
  /** A server may do what users may not: it has a secret key. */
  isServer: boolean;
}

/**
 * A signed-in user, who creates for themself, or a server with a secret key, which names the user it creates for. For
 * routes that let both in. Errors: 403 forbidden, 422 invalid_input.
 */
export function creatorOf(context: Context<UserEnv>, named: string | undefined): Creator {
  const { userClaims } = context.var.supabaseContext;
  if (userClaims) {
    if (named && named.toLowerCase() !== userClaims.id) {
      throw new EsteiraError("forbidden", "Only servers create jobs for other users.", { field: "userId" });
    }
    return { userId: userClaims.id, isServer: false };
  }
  if (!named) {
    const message = "userId: a server says whose the job is";
    throw new EsteiraError("invalid_input", message, { field: "userId" });
  }
  return { userId: named, isServer: true };
}
