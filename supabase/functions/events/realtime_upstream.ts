/**
 * Realtime as the streams' source: private channels with the rights of the project's secret key, up to a hundred on a socket,
 * which is what Supabase allows (https://supabase.com/docs/guides/realtime/limits).
 */
import { createAdminClient } from "@supabase/server/core";
import type { Database } from "../../../shared/database.types.ts";
import type { Upstream, UpstreamEvents } from "./hub.ts";

const MOST_CHANNELS = 100;
/** A channel that is subscribed hears of the database once Realtime reads there, which it says; older ones do not say. */
const READY_MS = 5_000;

type Client = ReturnType<typeof newClient>;
interface Socket {
  client: Client;
  channels: number;
}

export class RealtimeUpstream implements Upstream {
  readonly #sockets = new Set<Socket>();

  constructor(private readonly readyMs = READY_MS) {}

  /** How many sockets are open. */
  get size(): number {
    return this.#sockets.size;
  }

  join(topic: string, { joined, message, lost }: UpstreamEvents): () => void {
    const socket = this.#socketFor(topic);
    socket.channels++;
    const config = { private: true, broadcast: { replication_ready: true } };
    const channel = socket.client.channel(topic, { config });
    let ready: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const leave = () => {
      if (isOver) return;
      isOver = true;
      clearTimeout(ready);
      void this.#leave(socket, () => socket.client.removeChannel(channel));
    };
    const fail = (reason: string) => {
      if (isOver) return;
      leave();
      lost(reason);
    };
    channel
      .on("broadcast", { event: "*" }, ({ event, payload }) => {
        if (!isOver) message({ topic, event, payload });
      })
      .on("system", {}, ({ extension, status, message }: Record<string, unknown>) => {
        if (isOver || extension !== "system") return;
        if (status !== "ok") return fail(String(message));
        clearTimeout(ready);
        joined();
      })
      .subscribe((status, error) => {
        if (status === "SUBSCRIBED") ready = setTimeout(() => isOver || joined(), this.readyMs);
        else fail(`${status}${error ? `: ${error.message}` : ""}`);
      });
    return leave;
  }

  /** Not one on which the topic is just being left: supabase-js has one channel a topic and socket. */
  #socketFor(topic: string): Socket {
    for (const socket of this.#sockets) {
      const isThere = socket.client.getChannels().some((channel) => channel.topic === `realtime:${topic}`);
      if (socket.channels < MOST_CHANNELS && !isThere) return socket;
    }
    const socket = { client: newClient(), channels: 0 };
    this.#sockets.add(socket);
    return socket;
  }

  /** A socket on which nothing is joined any longer is closed. */
  async #leave(socket: Socket, remove: () => Promise<unknown>): Promise<void> {
    await remove().catch(() => {});
    if (--socket.channels > 0 || !this.#sockets.delete(socket)) return;
    await socket.client.realtime.disconnect();
  }
}

/** A client of its own, and with it a socket. */
function newClient() {
  return createAdminClient<Database>();
}
