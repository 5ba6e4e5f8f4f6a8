/** What the routes of `connections` know of a request. */
import type { Context } from "hono";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import type { UserEnv } from "../_shared/http/user.ts";
import type { AccessMeans } from "../_shared/work/access_means.ts";

export interface ConnectionsEnv {
  Variables: UserEnv["Variables"] & { means: AccessMeans };
}

export type ConnectionsContext = Context<ConnectionsEnv>;

/** The caller's id. */
export function callerOf({ var: { supabaseContext } }: ConnectionsContext): string {
  if (!supabaseContext.userClaims) throw new EsteiraError("unauthenticated", "Sign in first.");
  return supabaseContext.userClaims.id;
}
