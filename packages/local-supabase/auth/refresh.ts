/**
 * `POST /token?grant_type=refresh_token`. Each refresh token is good for one use, which replaces it by another. Since
 * answers get lost and tabs race, a used one is still taken for a short while and answered with the one that replaced
 * it. Used later, it may have been stolen: all refresh tokens of the session are revoked.
 */
import { z } from "zod";
import { AuthError } from "./auth_error.ts";
import { type AuthContext, inTransaction, type Transaction } from "./context.ts";
import { readJson } from "./request.ts";
import { addRefreshToken, sessionJson } from "./sessions.ts";
import { isBanned, userById } from "./users.ts";

/** Seconds; the default of hosted projects. */
const REUSE_INTERVAL = 10;

const refreshBody = z.object({ refresh_token: z.string() });

interface Session {
  id: string;
  user_id: string;
}

/**
 * Renews the session.
 * @throws AuthError `refresh_token_not_found`, `refresh_token_already_used`, `user_banned`
 */
export async function refresh(ctx: AuthContext, request: Request): Promise<Response> {
  const { refresh_token: token } = await readJson(request, refreshBody);
  const session = await inTransaction(ctx, async (tx) => {
    const session = await lockSession(tx, token);
    const user = await userById(tx, session.user_id);
    if (!user || isBanned(user)) {
      throw new AuthError(400, "user_banned", "Invalid Refresh Token: User Banned");
    }
    const current = await rotate(tx, session, token);
    return current && await sessionJson(ctx, tx, session.user_id, session.id, current);
  });
  // Thrown only now, so that the revocation is committed.
  if (!session) throw new AuthError(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used");
  return Response.json(session);
}

// Locks the session rather than the token: whoever refreshes the same session waits, whichever token they have.
async function lockSession(tx: Transaction, token: string): Promise<Session> {
  const [session] = await tx<Session[]>`
    select id, user_id from auth.sessions
    where id = (select session_id from auth.refresh_tokens where token = ${token}) for update`;
  if (session) return session;
  throw new AuthError(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found");
}

/** Returns the session's refresh token from now on, or undefined when `token` was used too long ago. */
async function rotate(tx: Transaction, session: Session, token: string): Promise<string | undefined> {
  const used = await tx`
    update auth.refresh_tokens set revoked = true, updated_at = now()
    where token = ${token} and not revoked returning 1`;
  if (used.length > 0) {
    await tx`update auth.sessions set updated_at = now() where id = ${session.id}`;
    return await addRefreshToken(tx, session.user_id, session.id, token);
  }
  const [active] = await tx<{ token: string }[]>`
    select token from auth.refresh_tokens
    where session_id = ${session.id} and not revoked and exists (
      select 1 from auth.refresh_tokens as reused
      where reused.token = ${token}
        and reused.updated_at > clock_timestamp() - make_interval(secs => ${REUSE_INTERVAL}))`;
  if (!active) {
    await tx`
      update auth.refresh_tokens set revoked = true, updated_at = now()
      where session_id = ${session.id} and not revoked`;
  }
  return active?.token;
}
