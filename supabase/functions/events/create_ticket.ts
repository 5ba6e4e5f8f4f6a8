/** `POST /events/ticket`: an address of the caller's stream that works without headers, for a while. */
import type { Context } from "hono";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import type { TicketResponse } from "../../../shared/requests/requests_events.ts";
import { publicUrl, secretKey } from "../_shared/runtime/env.ts";
import { callerByToken, requireStillSignedIn } from "./caller.ts";
import { signTicket, ticketKey } from "./ticket.ts";

/** How long a ticket lives, in milliseconds. An `EventSource` shows the same one each time it comes back. */
const TICKET_MS = 60 * 60 * 1000;

/** Answers `{ticket, expiresAt, url}`. Errors: 401 unauthenticated, 403 forbidden for a token without a session. */
export async function createTicket(context: Context): Promise<Response> {
  const caller = await callerByToken(context);
  const { userId, sessionId } = caller;
  if (sessionId === null) {
    // It could not be taken back by signing out.
    throw new EsteiraError("forbidden", "This token belongs to no session: stream with the token itself.");
  }
  await requireStillSignedIn(caller);
  const expiresAt = Date.now() + TICKET_MS;
  const ticket = await signTicket({ userId, sessionId, expiresAt }, await ticketKey(secretKey()));
  return context.json(
    {
      ticket,
      expiresAt: new Date(expiresAt).toISOString(),
      url: `${publicUrl()}/functions/v1/events/stream?ticket=${ticket}`,
    } satisfies TicketResponse,
    201,
  );
}
