/**
 * Broadcasts by HTTP: `POST /realtime/v1/api/broadcast` with a list of messages, and
 * `POST /realtime/v1/api/broadcast/<topic>/events/<event>?private=true` with one payload, which is what supabase-js's
 * `httpSend` uses. Source: github.com/supabase/realtime, lib/realtime/tenants/{batch,single}_broadcast.ex.
 */
import { z } from "zod";
import { callerOf } from "../caller.ts";
import type { Database } from "../reconnecting_database.ts";
import type { Claims, Tokens } from "../tokens.ts";
import { mayBroadcast } from "./rights.ts";
import type { Room, Rooms } from "./rooms.ts";
import type { Body } from "./wire.ts";

/** What the routes need. */
export interface RestContext {
  database: Database;
  tokens: Tokens;
  rooms: Rooms;
}

const message = z.object({
  topic: z.string(),
  event: z.string(),
  payload: z.record(z.string(), z.unknown()),
  private: z.boolean().nullish(),
});
const batch = z.object({ messages: z.array(message) });

/** Answers 202 for what is sent; `path` is what follows `/realtime/v1/api/broadcast`. */
export async function broadcastByHttp(
  request: Request,
  path: string,
  context: RestContext,
): Promise<Response> {
  if (request.method !== "POST") return Response.json({ message: "Not found" }, { status: 404 });
  const caller = await callerOf(request, context.tokens);
  if (!caller.ok) return Response.json({ message: "Unauthorized" }, { status: 401 });
  if (path === "") return await broadcastBatch(request, caller.claims, context);
  const [, topic, event] = path.match(/^\/([^/]+)\/events\/([^/]+)$/) ?? [];
  const names = decoded([topic, event]);
  if (!names) return Response.json({ message: "Not found" }, { status: 404 });
  const isPrivate = new URL(request.url).searchParams.get("private") === "true";
  return await broadcastOne(
    request,
    { topic: names[0], private: isPrivate },
    names[1],
    caller.claims,
    context,
  );
}

/** Topic and event out of a path; undefined when one is missing or badly encoded. */
function decoded([topic, event]: [string | undefined, string | undefined]): [string, string] | undefined {
  try {
    return topic && event ? [decodeURIComponent(topic), decodeURIComponent(event)] : undefined;
  } catch {
    return undefined;
  }
}

/** Private messages that the caller may not send are left out without a word, as on hosted projects. */
async function broadcastBatch(
  request: Request,
  claims: Claims,
  { database, rooms }: RestContext,
): Promise<Response> {
  const parsed = batch.safeParse(await request.json().catch(() => undefined));
  if (!parsed.success) {
    const missing = parsed.error.issues.some((issue) => issue.path.length < 2);
    return Response.json({ errors: { messages: [missing ? "can't be blank" : "is invalid"] } }, {
      status: 422,
    });
  }
  const allowed = new Map<string, boolean>();
  for (const { topic, event, payload, private: isPrivate } of parsed.data.messages) {
    if (isPrivate && !allowed.has(topic)) {
      allowed.set(
        topic,
        await mayBroadcast(database.sql, topic, claims).catch(() => false),
      );
    }
    if (isPrivate && !allowed.get(topic)) continue;
    rooms.publish({ topic, private: isPrivate ?? false }, { event, body: { json: JSON.stringify(payload) } });
  }
  return new Response(null, { status: 202 });
}

async function broadcastOne(
  request: Request,
  room: Room,
  event: string,
  claims: Claims,
  { database, rooms }: RestContext,
): Promise<Response> {
  const body = await bodyOf(request);
  if (body instanceof Response) return body;
  try {
    if (room.private && !await mayBroadcast(database.sql, room.topic, claims)) {
      return Response.json({ message: "Unauthorized" }, { status: 403 });
    }
  } catch (error) {
    console.error(`realtime: ${(error as Error).message}`);
    return Response.json({ message: "RLS policy error" }, { status: 422 });
  }
  rooms.publish(room, { event, body });
  return new Response(null, { status: 202 });
}

/** The payload, checked; or the answer to one that cannot be sent. */
async function bodyOf(request: Request): Promise<Body | Response> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim();
  if (type === "application/octet-stream") return { bytes: await request.bytes() };
  if (type !== "application/json") {
    return Response.json({ message: "Unsupported Media Type" }, { status: 415 });
  }
  const json = await request.text();
  try {
    JSON.parse(json);
    return { json };
  } catch {
    return Response.json({ message: "The body is not JSON" }, { status: 400 });
  }
}
