/** `GET /events/stream`: what happens to the caller's jobs and models, and to the projects and lanes that they name. */
import type { Context } from "hono";
import { streamQuery } from "../../../shared/requests/requests_events.ts";
import { jobsTopic, laneTopic, projectTopic } from "../../../shared/words/topics.ts";
import { readQuery } from "../_shared/http/request.ts";
import { callerByTicket, callerByToken, requireStillSignedIn } from "./caller.ts";
import { Hub } from "./hub.ts";
import { Places } from "./places.ts";
import { RealtimeUpstream } from "./realtime_upstream.ts";
import { askDatabase } from "./since.ts";
import { startStream } from "./stream.ts";
import { streamTimes } from "./times.ts";

const hub = new Hub(new RealtimeUpstream());
const places = new Places();
const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store, no-transform", // compressed, it would wait until there is enough to compress
  "x-accel-buffering": "no",
};

/**
 * Answers with events until the stream's time is over. Errors: 401 unauthenticated, 404 not_found for a project of somebody
 * else, 404 lane_not_found, 422 invalid_input, 429 too_many_streams.
 */
export async function openStream(context: Context): Promise<Response> {
  const { project = [], lane = [], ticket } = readQuery(context, streamQuery);
  // Who shows a token is judged by it; a ticket is for those who cannot.
  const isByTicket = ticket !== undefined && !context.req.header("authorization");
  const caller = isByTicket ? await callerByTicket(ticket) : await callerByToken(context);
  const projects = [...new Set(project.map((id) => id.toLowerCase()))];
  const lanes = [...new Set(lane)];
  const giveBack = places.take(caller.userId);
  try {
    await requireStillSignedIn(caller, { projects, lanes });
  } catch (error) {
    giveBack();
    throw error;
  }
  if (context.req.raw.method === "HEAD") {
    giveBack();
    return new Response(null, { headers: HEADERS });
  }
  const { body, over } = startStream({
    hub,
    ask: askDatabase,
    userId: caller.userId,
    projects,
    topics: [jobsTopic(caller.userId), ...projects.map(projectTopic), ...lanes.map(laneTopic)],
    lastId: context.req.header("last-event-id") || undefined,
    times: streamTimes(),
  });
  EdgeRuntime.waitUntil(over.then(giveBack)); // a worker that is retired is kept for it
  return new Response(body, { headers: HEADERS });
}
