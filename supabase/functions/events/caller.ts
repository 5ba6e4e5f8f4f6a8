/** Who streams: a signed-in user, by their token or by a ticket that stands for it. */
import type { Context } from "hono";
import { z } from "zod";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import { unwrap, worker } from "../_shared/engine/database.ts";
import { type UserEnv, userOf } from "../_shared/http/user.ts";
import { secretKey } from "../_shared/runtime/env.ts";
import { readTicket, ticketKey } from "./ticket.ts";

export interface Caller {
  userId: string;
  /** The session of their token; null: it names none. */
  sessionId: string | null;
}

/** The user of the token in the header. */
export function callerByToken(context: Context<UserEnv>): Caller {
  const { userId } = userOf(context);
  const { jwtClaims } = context.var.supabaseContext;
  return { userId, sessionId: z.guid().safeParse(jwtClaims?.session_id).data ?? null };
}

/** The user whom a ticket was made for. Error: 401 unauthenticated. */
export async function callerByTicket(ticket: string): Promise<Caller> {
  const read = await readTicket(ticket, await ticketKey(secretKey()), Date.now());
  if (!read) {
    throw new EsteiraError("unauthenticated", "This ticket is not good, or no longer: get another one.");
  }
  return { userId: read.userId, sessionId: read.sessionId };
}

/**
 * Errors: 401 unauthenticated for who has signed out, is banned or gone; 404 not_found for a project that is not theirs, 404
 * lane_not_found.
 */
export async function requireStillSignedIn(
  { userId, sessionId }: Caller,
  { projects = [], lanes = [] }: { projects?: readonly string[]; lanes?: readonly string[] } = {},
): Promise<void> {
  unwrap(
    await worker().rpc("open_stream", {
      p_user_id: userId,
      ...sessionId === null ? {} : { p_session_id: sessionId },
      p_projects: [...projects],
      p_lanes: [...lanes],
    }),
  );
}
