/** For tests of the function `events`: a Realtime to join, which does as the test says. */

type Frame = [joinRef: string | null, ref: string | null, topic: string, event: string, payload: unknown];

export interface FakeSocket {
  /** Topics that are joined, as on the wire. */
  readonly joined: Map<string, string | null>;
  /** The address that it was asked for. */
  readonly url: URL;
  /** Breaks off. */
  cut(): void;
  /** Pushes an event on a joined topic. */
  push(topic: string, event: string, payload: unknown): void;
}

export interface FakeRealtime {
  readonly sockets: FakeSocket[];
  /** What joins are answered with; "silence": nothing. */
  answer: "ok" | "refused" | "silence";
  /** Whether it says when it reads the database. */
  saysReady: boolean;
  /** What was asked of a join. */
  readonly joins: { topic: string; payload: Record<string, unknown> }[];
  /** Takes a request; undefined: it is not for Realtime. */
  handle(request: Request): Response | undefined;
  broadcast(topic: string, event: string, payload: unknown): void;
}

export function fakeRealtime(): FakeRealtime {
  const sockets: FakeSocket[] = [];
  const joins: FakeRealtime["joins"] = [];
  const realtime: FakeRealtime = {
    sockets,
    joins,
    answer: "ok",
    saysReady: true,
    handle(request) {
      const url = new URL(request.url);
      if (url.pathname !== "/realtime/v1/websocket") return undefined;
      const { socket, response } = Deno.upgradeWebSocket(request);
      const joined = new Map<string, string | null>();
      const send = (frame: Frame) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
      };
      const push = (topic: string, event: string, payload: unknown) =>
        send([joined.get(topic) ?? null, null, topic, event, payload]);
      const self: FakeSocket = { joined, url, cut: () => socket.close(), push };
      socket.addEventListener("open", () => sockets.push(self));
      socket.addEventListener("close", () => {
        joined.clear();
        const at = sockets.indexOf(self);
        if (at >= 0) sockets.splice(at, 1);
      });
      socket.addEventListener("message", ({ data }) => {
        const [joinRef, ref, topic, event, payload] = JSON.parse(data) as Frame;
        const reply = (status: string, response: unknown = {}) =>
          send([joinRef, ref, topic, "phx_reply", { status, response }]);
        if (event === "phx_join") {
          joins.push({ topic, payload: payload as Record<string, unknown> });
          if (realtime.answer === "silence") return;
          if (realtime.answer === "refused") return reply("error", { reason: "Unauthorized: no" });
          joined.set(topic, joinRef);
          reply("ok", { postgres_changes: [] });
          const message = "Replication connection established";
          if (realtime.saysReady) {
            push(topic, "system", { extension: "system", status: "ok", message, channel: topic });
          }
        } else {
          if (event === "phx_leave") joined.delete(topic);
          reply("ok");
        }
      });
      return response;
    },
    broadcast(topic, event, payload) {
      for (const socket of sockets) {
        if (socket.joined.has(`realtime:${topic}`)) {
          socket.push(`realtime:${topic}`, "broadcast", { type: "broadcast", event, payload });
        }
      }
    },
  };
  return realtime;
}
