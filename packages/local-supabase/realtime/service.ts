/**
 * Realtime Broadcast under `/realtime/v1`: the websocket, with private channels authorised by policies on
 * `realtime.messages`, delivery of what the database commits there, and broadcasts by HTTP.
 * Not done: `postgres_changes` events, presence, stored client broadcasts (`persist`), quotas.
 */
import { openDatabase } from "../reconnecting_database.ts";
import type { Service } from "../service.ts";
import type { Tokens } from "../tokens.ts";
import { verdictOn } from "./bearer.ts";
import { Feed, FEED_CHANNEL } from "./feed.ts";
import { broadcastByHttp } from "./rest.ts";
import { Rooms } from "./rooms.ts";
import { Session, type SessionContext } from "./session.ts";
import { WireError, type WireVersion } from "./wire.ts";

/** What the service needs. */
export interface RealtimeOptions {
  /** Connection string as `supabase_admin`. */
  databaseUrl: string;
  tokens: Tokens;
}

/** Close codes: applications may use 4000 to 4999. */
const GOING_AWAY = 4000;
const MALFORMED = 4001;

/** Starts the service; resolves when it listens to the database. */
export async function startRealtime({ databaseUrl, tokens }: RealtimeOptions): Promise<Service> {
  const rooms = new Rooms();
  const feed = new Feed(rooms);
  const database = await openDatabase({
    databaseUrl,
    name: "realtime",
    max: 5,
    channel: FEED_CHANNEL,
    onNotify: (payload) => feed.receive(payload),
  });
  feed.start(database);
  const context: SessionContext = { database, tokens, rooms, feed };
  const sessions = new Map<WebSocket, Session>();

  return {
    async handle(request) {
      const { pathname } = new URL(request.url);
      const [, route, rest] = pathname.match(/^\/realtime\/v1\/(websocket|api\/broadcast)(\/.*)?$/) ?? [];
      if (route === "api/broadcast") return await broadcastByHttp(request, rest ?? "", context);
      if (route === "websocket" && !rest) return await connect(request, context, sessions);
      return Response.json({ message: "Not found" }, { status: 404 });
    },
    async close() {
      const closed = [...sessions].map(([socket, session]) => {
        session.close();
        const event = new Promise((resolve) => socket.addEventListener("close", resolve));
        socket.close(GOING_AWAY, "The local stack is stopping");
        return event;
      });
      await feed.close();
      await within(1000, Promise.all(closed));
      await database.close();
    },
  };
}

/** Answers the handshake: 401 without a good key, otherwise a socket with a session on it. */
async function connect(
  request: Request,
  context: SessionContext,
  sessions: Map<WebSocket, Session>,
): Promise<Response> {
  const refused = (status: number, error: string) => Response.json({ error }, { status });
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return refused(426, "This is a websocket");
  }
  const { searchParams } = new URL(request.url);
  const version = wireVersion(searchParams.get("vsn") ?? "1.0.0");
  if (!version) return refused(400, "vsn must be 1.0.0 or 2.0.0");
  const apiKey = request.headers.get("x-api-key") ?? searchParams.get("apikey");
  if (!apiKey) return refused(401, "API key is missing");
  const verdict = await verdictOn(apiKey, context.tokens);
  if (!verdict.ok) return refused(401, verdict.message);

  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.binaryType = "arraybuffer";
  const session = new Session(context, version, apiKey, (frame) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(frame);
  });
  sessions.set(socket, session);
  socket.addEventListener("message", ({ data }) => {
    try {
      session.receive(data);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      socket.close(MALFORMED, "Malformed frame");
    }
  });
  socket.addEventListener("close", () => {
    sessions.delete(socket);
    session.close();
  });
  socket.addEventListener("error", (event) => event.preventDefault()); // a close follows
  return response;
}

function wireVersion(vsn: string): WireVersion | undefined {
  if (/^1\.0\.\d+$/.test(vsn)) return "1.0.0";
  return /^2\.0\.\d+$/.test(vsn) ? "2.0.0" : undefined;
}

/** Waits for `promise`, at most `ms` milliseconds: a client that vanished does not answer a close. */
async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([promise, new Promise((resolve) => timer = setTimeout(resolve, ms))]);
  clearTimeout(timer);
}
