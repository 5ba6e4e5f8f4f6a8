/** Sessions: a row for each sign-in, an access token that names it, and a refresh token to renew it with. */
import { randomInt } from "node:crypto";
import { decodeJwt } from "jose";
import type { AuthContext, Transaction } from "./context.ts";
import { type User, userById, userJson } from "./users.ts";
import { unexpectedFailure } from "./auth_error.ts";

/** What a client gets on signing in or refreshing. */
export interface SessionJson {
  access_token: string;
  token_type: "bearer";
  /** Seconds. */
  expires_in: number;
  /** Seconds since 1970. */
  expires_at: number;
  refresh_token: string;
  user: Record<string, unknown>;
}

/** Opens a session of a user who has just signed in. */
export async function openSession(
  ctx: AuthContext,
  tx: Transaction,
  userId: string,
  request: Request,
): Promise<SessionJson> {
  const [session] = await tx<{ id: string }[]>`
    insert into auth.sessions (user_id, user_agent)
    values (${userId}, ${request.headers.get("user-agent")}) returning id`;
  await tx`update auth.users set last_sign_in_at = now(), updated_at = now() where id = ${userId}`;
  await tx`
    update auth.identities set last_sign_in_at = now(), updated_at = now()
    where user_id = ${userId} and provider = 'email'`;
  if (!session) throw unexpectedFailure("Database error granting user");
  const refreshToken = await addRefreshToken(tx, userId, session.id, null);
  return await sessionJson(ctx, tx, userId, session.id, refreshToken);
}

/** Adds a refresh token to a session and returns it. `parent` is the one that it replaces. */
export async function addRefreshToken(
  tx: Transaction,
  userId: string,
  sessionId: string,
  parent: string | null,
): Promise<string> {
  const token = Array.from({ length: 12 }, () => randomInt(36).toString(36)).join("");
  await tx`
    insert into auth.refresh_tokens (token, user_id, session_id, parent)
    values (${token}, ${userId}, ${sessionId}, ${parent})`;
  return token;
}

/** The session's JSON, with a new access token. */
export async function sessionJson(
  ctx: AuthContext,
  tx: Transaction,
  userId: string,
  sessionId: string,
  refreshToken: string,
): Promise<SessionJson> {
  const user = await userById(tx, userId);
  const [session] = await tx<{ aal: string; created_at: Date }[]>`
    select aal, created_at from auth.sessions where id = ${sessionId}`;
  if (!user || !session) throw unexpectedFailure("error generating jwt token");
  const signedIn = Math.floor(session.created_at.getTime() / 1000);
  const claims = { ...claimsOf(user, session.aal, signedIn), iss: ctx.issuer, session_id: sessionId };
  const accessToken = await ctx.tokens.sign(claims, ctx.jwtExpiry);
  return {
    access_token: accessToken,
    token_type: "bearer",
    expires_in: ctx.jwtExpiry,
    expires_at: decodeJwt(accessToken).exp ?? 0,
    refresh_token: refreshToken,
    user: userJson(user),
  };
}

// As supabase.com/docs/guides/auth/jwt-fields has them.
function claimsOf(user: User, aal: string, signedIn: number): Record<string, unknown> {
  return {
    sub: user.id,
    aud: user.aud,
    role: user.role,
    email: user.email ?? "",
    phone: user.phone ?? "",
    app_metadata: user.raw_app_meta_data,
    user_metadata: user.raw_user_meta_data,
    aal,
    amr: [{ method: "password", timestamp: signedIn }],
    is_anonymous: user.is_anonymous,
  };
}

/** Ends sessions of a user: `global` all, `local` this one, `others` all but this one. Without this one, all. */
export async function endSessions(
  connection: Transaction,
  userId: string,
  scope: "global" | "local" | "others",
  sessionId: string | null,
): Promise<void> {
  const one = sessionId === null || scope === "global"
    ? connection``
    : scope === "local"
    ? connection`and id = ${sessionId}`
    : connection`and id <> ${sessionId}`;
  await connection`delete from auth.sessions where user_id = ${userId} ${one}`;
}
