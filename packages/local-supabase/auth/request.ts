/** What a request brings with it: who calls, and its JSON body. */
import { z } from "zod";
import { callerOf } from "../caller.ts";
import type { Claims } from "../tokens.ts";
import { AuthError, badToken, validationFailed } from "./auth_error.ts";
import { type AuthContext, inTransaction } from "./context.ts";
import { isUuid, type User, userById } from "./users.ts";

/** A signed-in user and the session that the access token belongs to. */
export interface SignedIn {
  user: User;
  /** Null for a token that was not made here, such as a test's. */
  sessionId: string | null;
}

/**
 * Checks the API key, as the API gateway does on hosted projects, in the gateway's words; the bearer token is not
 * looked at.
 * @throws AuthError 401
 */
export function requireApiKey({ tokens }: AuthContext, request: Request): void {
  const key = request.headers.get("apikey") ?? new URL(request.url).searchParams.get("apikey");
  if (tokens.apiKeyClaims(key)) return;
  const [message, hint] = key === null
    ? ["No API key found in request", "No `apikey` request header or url param was found."]
    : ["Invalid API key", "Double check your Supabase `anon` or `service_role` API key."];
  throw new AuthError(401, "no_authorization", message, { hint });
}

/**
 * The user whose access token the request carries.
 * @throws AuthError `no_authorization`, `bad_jwt`, `user_not_found`, `session_not_found`
 */
export async function requireUser(ctx: AuthContext, request: Request): Promise<SignedIn> {
  if (!request.headers.has("authorization")) {
    throw new AuthError(401, "no_authorization", "This endpoint requires a valid Bearer token");
  }
  const { sub, session_id: session } = await claimsOf(ctx, request);
  if (!sub) throw badToken("invalid claim: missing sub claim");
  const user = await inTransaction(ctx, (tx) => userById(tx, sub));
  if (!user) throw new AuthError(403, "user_not_found", "User from sub claim in JWT does not exist");
  if (typeof session !== "string") return { user, sessionId: null };
  const [found] = isUuid(session)
    ? await inTransaction(
      ctx,
      (tx) => tx`select 1 from auth.sessions where id = ${session} and user_id = ${user.id}`,
    )
    : [];
  if (!found) {
    throw new AuthError(403, "session_not_found", "Session from session_id claim in JWT does not exist");
  }
  return { user, sessionId: session };
}

/** @throws AuthError `not_admin` unless the caller has the secret key (or the service role's) and no user's token */
export async function requireAdmin(ctx: AuthContext, request: Request): Promise<void> {
  const { role } = await claimsOf(ctx, request);
  if (role !== "service_role") throw new AuthError(403, "not_admin", "User not allowed");
}

async function claimsOf({ tokens }: AuthContext, request: Request): Promise<Claims> {
  const caller = await callerOf(request, tokens);
  if (caller.ok) return caller.claims;
  throw badToken(
    "invalid JWT: unable to parse or verify signature" +
      (caller.reason === "expired" ? ", token is expired" : ""),
  );
}

/** A JSON object of any content. */
export const metadata = z.record(z.string(), z.unknown());

/** Reads the JSON body. @throws AuthError `bad_json`, or `validation_failed` naming what is wrong */
export async function readJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const json: unknown = await request.json().catch((error: Error) => {
    throw new AuthError(400, "bad_json", `Could not parse request body as JSON: ${error.message}`);
  });
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw validationFailed(`${issue?.path.join(".") || "body"}: ${issue?.message}`);
}

/** An email address in lower case. @throws AuthError `validation_failed` */
export function validEmail(email: string): string {
  if (!z.email().safeParse(email).success) {
    throw validationFailed("Unable to validate email address: invalid format");
  }
  return email.toLowerCase();
}
