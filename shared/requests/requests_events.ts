/** Requests and answers of the function `events`. */
import { z } from "zod";

/** A ticket: what it says and its signature, both base64url. Opaque. */
const ticket = z.string().regex(/^[\w-]{1,600}\.[\w-]{43}$/, {
  error: "A ticket is one of POST /events/ticket",
});

const lane = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, { error: "A lane's name is in snake_case" });

/** How much one stream tells of. */
export const MOST_PROJECTS = 20;
export const MOST_LANES = 20;

/** `GET /events/stream`. */
export const streamQuery = z.strictObject({
  project: z.array(z.guid()).max(MOST_PROJECTS).optional().describe(
    "A project of yours to tell of too; may be given several times.",
  ),
  lane: z.array(lane).max(MOST_LANES).optional().describe(
    "A lane whose movement to tell of too; may be given several times.",
  ),
  ticket: ticket.optional().describe("In place of the header `Authorization`, for `EventSource`."),
});
export type StreamQuery = z.infer<typeof streamQuery>;

/** The answer of `POST /events/ticket`. */
export const ticketResponse = z.object({
  ticket: z.string().describe("Good for reading streams of its user, and for nothing else."),
  expiresAt: z.string().describe("Until when a stream may be begun with it, ISO 8601: an hour at the most."),
  url: z.url().describe("The stream's address with the ticket in it; `&project=…` may be added."),
});
export type TicketResponse = z.infer<typeof ticketResponse>;
