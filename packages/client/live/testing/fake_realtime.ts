/** Realtime of a project, as far as private channels need it, in both versions of the protocol; 2.0.0 has binary broadcasts. */
import type { FakeAuth } from "./fake_auth.ts";
import type { FakeClock } from "./fake_clock.ts";

/** The server's end of a socket. */
export interface Peer {
  readonly version: string;
  deliver(frame: string | ArrayBuffer): void;
  close(): void;
}

interface Joined {
  readonly joinRef: string;
  token: string;
}

/** A join that a page sent. */
export interface SeenJoin {
  readonly topic: string;
  readonly token: unknown;
  readonly at: number;
  /** Whose token it was, if it was valid then. */
  readonly userId: string | null;
  readonly page: unknown;
}

export class FakeRealtime {
  readonly joins: SeenJoin[] = [];
  readonly #peers = new Map<Peer, Map<string, Joined>>();
  /** Topics that nobody may read. */
  readonly refused = new Set<string>();
  /** Answers joins that ask for replay as servers without it do. */
  refusesReplay = false;
  /** What was ever broadcast, for replay. */
  readonly #told: { at: number; topic: string; event: string; payload: unknown }[] = [];

  constructor(readonly clock: FakeClock, readonly auth: FakeAuth) {}

  connect(peer: Peer): void {
    this.#peers.set(peer, new Map());
  }

  gone(peer: Peer): void {
    this.#peers.delete(peer);
  }

  /** Ends all sockets. */
  restart(): void {
    for (const peer of [...this.#peers.keys()]) {
      this.#peers.delete(peer);
      peer.close();
    }
  }

  /** How many sockets are open. */
  sockets(): number {
    return this.#peers.size;
  }

  /** How many channels are joined on a topic. */
  joined(topic: string): number {
    return [...this.#peers.values()].filter((channels) => channels.has(`realtime:${topic}`)).length;
  }

  /** A page sends a frame, whether or not it will ever come. Joins are judged by the moment they are sent. */
  sent(frame: string, page: unknown): void {
    const [, , topic, event, payload] = decoded(frame);
    if (event !== "phx_join") return;
    const token = payload.access_token;
    const name = topic.slice("realtime:".length);
    this.joins.push({ topic: name, token, at: this.clock.now(), userId: this.auth.userOf(token), page });
  }

  receive(peer: Peer, frame: string): void {
    const channels = this.#peers.get(peer);
    if (!channels) return;
    const [joinRef, ref, topic, event, payload] = decoded(frame);
    const reply = (status: string, response: unknown) =>
      peer.deliver(encoded(peer, [joinRef, ref, topic, "phx_reply", { status, response }]));
    switch (event) {
      case "heartbeat":
        return reply("ok", {});
      case "phx_leave":
        if (channels.get(topic)?.joinRef === joinRef) channels.delete(topic);
        return reply("ok", {});
      case "access_token": {
        const channel = channels.get(topic);
        if (!channel) return;
        channel.token = String(payload.access_token);
        return this.#check(peer, topic, channel);
      }
      case "phx_join":
        return this.#join(peer, channels, { joinRef, topic, payload, reply });
    }
  }

  #join(
    peer: Peer,
    channels: Map<string, Joined>,
    { joinRef, topic, payload, reply }: {
      joinRef: string;
      topic: string;
      payload: JoinPayload;
      reply: (status: string, response: unknown) => void;
    },
  ): void {
    const token = payload.access_token;
    const userId = this.auth.userOf(token);
    const name = topic.slice("realtime:".length);
    if (userId === null) return reply("error", { reason: "InvalidJWTToken: Token has expired" });
    if (this.refused.has(name) || !mayRead(userId, name)) {
      return reply("error", {
        reason: `Unauthorized: You do not have permissions to read from this Channel topic: ${name}`,
      });
    }
    if (this.refusesReplay && payload.config.broadcast.replay) {
      return reply("error", { reason: "UnableToReplayMessages: Replay params are not valid" });
    }
    const channel: Joined = { joinRef, token: String(token) };
    channels.set(topic, channel);
    reply("ok", { postgres_changes: [] });
    const { since } = payload.config.broadcast.replay ?? {};
    const missed = since === undefined
      ? []
      : this.#told.filter((told) => told.topic === topic && told.at >= since);
    for (const { event, payload } of missed.slice(-25)) {
      peer.deliver(broadcastFor(peer, topic, event, payload));
    }
    this.#check(peer, topic, channel);
  }

  /** Closes the channel when its token is none, now or when it expires. */
  #check(peer: Peer, topic: string, channel: Joined): void {
    const isThere = () => this.#peers.get(peer)?.get(topic) === channel;
    const close = (message: string) => {
      if (!isThere()) return;
      this.#peers.get(peer)?.delete(topic);
      const system = { extension: "system", status: "error", message, channel: topic };
      peer.deliver(encoded(peer, [channel.joinRef, null, topic, "system", system]));
      peer.deliver(encoded(peer, [channel.joinRef, channel.joinRef, topic, "phx_close", {}]));
    };
    const { token } = channel;
    const userId = this.auth.userOf(token);
    if (userId === null || !mayRead(userId, topic.slice("realtime:".length))) {
      return close("Token has expired or was replaced by one that may not read");
    }
    const look = () => {
      if (!isThere() || channel.token !== token) return;
      if (this.auth.userOf(token) === null) return close("Token has expired 0 seconds ago");
      this.clock.post(undefined, Math.max(this.auth.expiryOf(token) - this.clock.now(), 1_000), look);
    };
    look();
  }

  /** Sends a broadcast to all who have joined, each after `delay` of its own; undefined: it is lost. */
  broadcast(topic: string, event: string, payload: unknown, delay: () => number | undefined = () => 0): void {
    const name = `realtime:${topic}`;
    this.#told.push({ at: this.clock.now(), topic: name, event, payload });
    for (const [peer, channels] of this.#peers) {
      const ms = channels.has(name) ? delay() : undefined;
      if (ms === undefined) continue;
      this.clock.post(undefined, ms, () => {
        if (this.#peers.get(peer)?.has(name)) peer.deliver(broadcastFor(peer, name, event, payload));
      });
    }
  }

  /** The server has lost every channel of a topic, and nobody is told. */
  forget(topic: string): void {
    for (const channels of this.#peers.values()) channels.delete(`realtime:${topic}`);
  }

  /** The server ends every channel of a topic, as after a right was lost. */
  expel(topic: string): void {
    const name = `realtime:${topic}`;
    for (const [peer, channels] of this.#peers) {
      const channel = channels.get(name);
      if (!channel) continue;
      channels.delete(name);
      peer.deliver(encoded(peer, [channel.joinRef, channel.joinRef, name, "phx_close", {}]));
    }
  }
}

function mayRead(userId: string, topic: string): boolean {
  return topic === `jobs:${userId}` || !topic.startsWith("jobs:");
}

function broadcastFor(peer: Peer, topic: string, event: string, payload: unknown): string | ArrayBuffer {
  if (peer.version === "2.0.0") return binary(topic, event, payload);
  return encoded(peer, [null, null, topic, "broadcast", { type: "broadcast", event, payload }]);
}

/** Kind 4: `4, lengths of topic, event and metadata, 1 for JSON`, then those, then the payload. */
function binary(topic: string, event: string, payload: unknown): ArrayBuffer {
  const encoder = new TextEncoder();
  const [name, what, body] = [
    encoder.encode(topic),
    encoder.encode(event),
    encoder.encode(JSON.stringify(payload)),
  ];
  return Uint8Array.from([4, name.length, what.length, 0, 1, ...name, ...what, ...body]).buffer;
}

type Fields = [joinRef: string, ref: string, topic: string, event: string, payload: JoinPayload];
type JoinPayload = { access_token?: unknown; config: { broadcast: { replay?: { since: number } } } };

function decoded(frame: string): Fields {
  const message = JSON.parse(frame);
  if (Array.isArray(message)) return message as Fields;
  const { join_ref, ref, topic, event, payload } = message;
  return [join_ref, ref, topic, event, payload];
}

function encoded({ version }: Peer, fields: unknown[]): string {
  const [join_ref, ref, topic, event, payload] = fields;
  return JSON.stringify(version === "2.0.0" ? fields : { join_ref, ref, topic, event, payload });
}
