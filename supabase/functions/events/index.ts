/**
 * The function `events`: changes as server-sent events, for those who cannot hold a Realtime socket. Streams need a
 * signed-in user's token, or the ticket that stands for it; tickets need the token.
 */
import { withSupabase } from "@supabase/server/adapters/hono";
import { createApp } from "../_shared/http/app.ts";
import type { UserEnv } from "../_shared/http/user.ts";
import { openStream } from "./open_stream.ts";
import { createTicket } from "./create_ticket.ts";

export const app = createApp<UserEnv>("events");
const byToken = withSupabase({ auth: "user" });

app.get("/stream", async (context, next) => {
  // Who shows a token is judged by it; a ticket is for those who cannot.
  const hasTicket = context.req.query("ticket") !== undefined && !context.req.header("authorization");
  return hasTicket ? await next() : await byToken(context, next);
}, openStream);
app.post("/ticket", byToken, createTicket);

export default { fetch: app.fetch };
