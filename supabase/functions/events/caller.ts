/** Who streams: a signed-in user, by their token or by a ticket that stands for it. */
import { verifyAuth } from "@supabase/server/core";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import { unwrap, worker } from "../_shared/engine/database.ts";
import { secretKey } from "../_shared/runtime/env.ts";
import { readTicket, ticketKey } from "./ticket.ts";

export interface Caller {
  userId: string;
  /** The session of their token; null: it names none. */
  sessionId: string | null;
}

/**
 * The user of the token in the header. Error: 401 unauthenticated. Without the clients that `withSupabase` makes for a
 * request: a stream needs none, and there may be a thousand.
 */
export async function callerByToken(context: Context): Promise<Caller> {
  const { data, error } = await verifyAuth(context.req.raw, { auth: "user" });
  // As @supabase/server's adapter does it.
  if (error) throw new HTTPException(error.status as 401, { message: error.message, cause: error });
  if (!data.userClaims) throw new EsteiraError("unauthenticated", "Sign in first.");
  return {
    userId: data.userClaims.id,
    sessionId: z.guid().safeParse(data.jwtClaims?.session_id).data ?? null,
  };
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
