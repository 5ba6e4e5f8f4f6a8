/**
 * The function `events`: changes as server-sent events, for those who cannot hold a Realtime socket. Streams need a
 * signed-in user's token, or the ticket that stands for it; tickets need the token.
 */
import { createApp } from "../_shared/http/app.ts";
import { createTicket } from "./create_ticket.ts";
import { openStream } from "./open_stream.ts";

export const app = createApp("events");
app.get("/stream", openStream);
app.post("/ticket", createTicket);

export default { fetch: app.fetch };
