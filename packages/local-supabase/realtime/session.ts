/**
 * One websocket: Phoenix's channel protocol, as far as supabase-js and the other Supabase clients use it. Messages of
 * one topic are handled one after another, those of different topics side by side.
 *
 * Differs from hosted Realtime: no rate limits, no delay before a refusal; `postgres_changes` are accepted, answered with
 * an error, and nothing is delivered for them; presence is refused; `persist` is ignored.
 */
import { admit, type Authorities, authorize } from "./admission.ts";
import { Channel } from "./channel.ts";
import type { Feed } from "./feed.ts";
import { mayBroadcast } from "./rights.ts";
import type { Rooms } from "./rooms.ts";
import { errorForChanges } from "./table_changes.ts";
import {
  type ClientMessage,
  decodeFrame,
  encodeBroadcast,
  encodeMessage,
  type Ref,
  type WireVersion,
} from "./wire.ts";

/** What all sessions share. */
export interface SessionContext extends Authorities {
  rooms: Rooms;
  feed: Feed;
}

/** The channels of one websocket. */
export class Session {
  readonly #channels = new Map<string, Channel>();
  /** By topic: the end of what is being handled. */
  readonly #tails = new Map<string, Promise<void>>();
  #closed = false;

  /** `apiKey` speaks for channels that bring no token; `transmit` puts a frame on the socket. */
  constructor(
    private readonly context: SessionContext,
    private readonly version: WireVersion,
    private readonly apiKey: string,
    private readonly transmit: (frame: string | Uint8Array<ArrayBuffer>) => void,
  ) {}

  /**
   * Takes a frame from the client.
   * @throws WireError when it is malformed.
   */
  receive(frame: string | ArrayBuffer): void {
    const message = decodeFrame(this.version, frame);
    const { topic } = message;
    const tail = (this.#tails.get(topic) ?? Promise.resolve())
      .then(() => this.#closed ? undefined : this.#handle(message))
      .catch((error) => console.error(`realtime: ${message.kind} on ${topic} failed:`, error))
      .finally(() => {
        if (this.#tails.get(topic) === tail) this.#tails.delete(topic);
      });
    this.#tails.set(topic, tail);
  }

  /** Lets go of everything; the socket is closed or about to be. */
  close(): void {
    this.#closed = true;
    for (const channel of this.#channels.values()) this.#drop(channel);
  }

  async #handle(message: ClientMessage): Promise<void> {
    const { topic } = message;
    if (message.kind === "event") {
      if (topic === "phoenix" && message.event === "heartbeat") return this.#reply(message, "ok");
      if (message.event === "phx_join") return await this.#join(message, message.payload);
    }
    const channel = this.#channels.get(topic);
    if (!channel || (message.joinRef !== null && message.joinRef !== channel.joinRef)) {
      if (message.kind === "event" && message.event === "phx_leave") return this.#reply(message, "ok");
      return this.#reply(message, "error", { reason: "unmatched topic" });
    }
    if (message.kind === "broadcast") return await this.#broadcast(channel, message);
    switch (message.event) {
      case "phx_leave":
        this.#reply(message, "ok");
        return this.#end(channel);
      case "access_token":
        return await this.#renew(channel, message.payload);
      case "presence":
        return this.#reply(message, "error", { reason: "Presence is not supported by the local stack" });
    }
  }

  async #join(message: ClientMessage, payload: unknown): Promise<void> {
    const { topic, ref } = message;
    const joinRef = message.joinRef ?? ref;
    const refuse = (reason: string) => this.#reply(message, "error", { reason });
    if (!topic.startsWith("realtime:")) return refuse("unmatched topic");
    if (topic === "realtime:") return refuse("TopicNameRequired: You must provide a topic name");
    const earlier = this.#channels.get(topic);
    if (earlier) this.#end(earlier);

    const admission = await admit(payload, topic.slice("realtime:".length), this.apiKey, this.context);
    if (this.#closed) return;
    if (!("claims" in admission)) return refuse(`${admission.code}: ${admission.message}`);

    const channel = new Channel(
      { version: this.version, topic, joinRef },
      admission,
      (frame) => this.#send(frame),
    );
    this.#channels.set(topic, channel);
    this.context.rooms.enter(channel.room, channel);
    channel.watchExpiry((text) => this.#shutDown(channel, text));
    const changes = channel.config.postgres_changes.filter((change) => change !== null);
    this.#reply(message, "ok", {
      postgres_changes: changes.map((change, index) => ({ ...change, id: index + 1 })),
    });
    for (const { broadcast } of admission.replay) {
      const frame = encodeBroadcast(this.version, topic, broadcast);
      if (frame !== undefined) this.#send(frame);
    }
    channel.push("presence_state", {});
    if (changes.length > 0) {
      channel.notice("error", await errorForChanges(this.context.database.sql, changes), "postgres_changes");
    }
    if (channel.config.broadcast.replication_ready) this.#announceReplication(channel);
  }

  async #announceReplication(channel: Channel): Promise<void> {
    const ready = await this.context.feed.confirm();
    if (!this.#isJoined(channel)) return;
    if (ready) channel.notice("ok", "Replication connection established");
    else this.#shutDown(channel, "Replication connection was not established in time");
  }

  async #broadcast(channel: Channel, message: ClientMessage & { kind: "broadcast" }): Promise<void> {
    channel.write ??= await mayBroadcast(this.context.database.sql, channel.room.topic, channel.claims);
    // Hosted Realtime is silent here too: the client's acknowledgement times out.
    if (!channel.write || !this.#isJoined(channel)) return;
    const { ack, self } = channel.config.broadcast;
    this.context.rooms.publish(
      channel.room,
      { event: message.event, body: message.body },
      self ? undefined : channel,
    );
    if (ack) this.#reply(message, "ok");
  }

  /** A new token: the channel goes on with the rights it gives, or ends when they are fewer. */
  async #renew(channel: Channel, payload: unknown): Promise<void> {
    const token = (payload as { access_token?: unknown } | null)?.access_token;
    if (typeof token !== "string" || token.startsWith("sb_") || token === channel.token) return;
    const { topic } = channel.room;
    const granted = await authorize(token, topic, channel.room.private, this.context);
    if (!this.#isJoined(channel)) return;
    if (!("claims" in granted)) return this.#shutDown(channel, granted.message);
    const { broadcast, presence } = channel.read;
    if ((broadcast && !granted.read.broadcast) || (presence && !granted.read.presence)) {
      return this.#shutDown(
        channel,
        `You no longer have permission to read from this Channel topic: ${topic}`,
      );
    }
    Object.assign(channel, { token, ...granted, write: channel.room.private ? undefined : true });
    channel.watchExpiry((text) => this.#shutDown(channel, text));
  }

  /** Tells the client why and ends the channel; the client does not join again by itself. */
  #shutDown(channel: Channel, message: string): void {
    channel.notice("error", message);
    this.#end(channel);
  }

  #end(channel: Channel): void {
    const { topic, joinRef } = channel;
    this.#drop(channel);
    this.#send(
      encodeMessage(this.version, { joinRef, ref: joinRef, topic, event: "phx_close", payload: {} }),
    );
  }

  #drop(channel: Channel): void {
    channel.forgetExpiry();
    this.context.rooms.leave(channel.room, channel);
    if (this.#isJoined(channel)) this.#channels.delete(channel.topic);
  }

  #isJoined(channel: Channel): boolean {
    return this.#channels.get(channel.topic) === channel;
  }

  #reply(
    to: { joinRef: Ref; ref: Ref; topic: string },
    status: "ok" | "error",
    response: unknown = {},
  ): void {
    const { joinRef, ref, topic } = to;
    if (ref === null) return;
    const payload = { status, response };
    this.#send(encodeMessage(this.version, { joinRef, ref, topic, event: "phx_reply", payload }));
  }

  #send(frame: string | Uint8Array<ArrayBuffer>): void {
    if (!this.#closed) this.transmit(frame);
  }
}
