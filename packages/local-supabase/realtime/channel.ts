/** One channel that one socket has joined: its rights, and how to reach its client. */
import type { Claims } from "../tokens.ts";
import type { Admission, ChannelConfig } from "./admission.ts";
import { expiredMessage } from "./bearer.ts";
import type { ReadRights } from "./rights.ts";
import type { Member, Room } from "./rooms.ts";
import { type Broadcast, encodeMessage, type Ref, type WireVersion } from "./wire.ts";

/** How often at least an expiry is looked at again: timers hold 24 days, tokens may live longer. In milliseconds. */
const LONGEST_TIMER = 3_600_000;

/** What identifies a channel on its socket. */
export interface ChannelAddress {
  version: WireVersion;
  /** As on the wire, with `realtime:`. */
  topic: string;
  /** The reference of its join; messages with another one belong to an earlier join. */
  joinRef: Ref;
}

/** A joined channel; a member of its room until it is left. */
export class Channel implements Member {
  readonly version: WireVersion;
  readonly topic: string;
  readonly joinRef: Ref;
  readonly room: Room;
  readonly config: ChannelConfig;
  token: string;
  claims: Claims;
  read: ReadRights;
  /** Whether it may send broadcasts; undefined until it first tries, and again after a new token. */
  write: boolean | undefined;
  readonly #replayed: Set<unknown>;
  #expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    address: ChannelAddress,
    admission: Admission,
    readonly send: (frame: string | Uint8Array<ArrayBuffer>) => void,
  ) {
    this.version = address.version;
    this.topic = address.topic;
    this.joinRef = address.joinRef;
    this.config = admission.config;
    this.room = { topic: address.topic.slice("realtime:".length), private: admission.config.private };
    this.token = admission.token;
    this.claims = admission.claims;
    this.read = admission.read;
    this.write = admission.config.private ? undefined : true;
    this.#replayed = new Set(admission.replay.map((message) => message.id));
  }

  /** Not without the right to read, and not what replay has given already. */
  wants(broadcast: Broadcast): boolean {
    return this.read.broadcast && !this.#replayed.has(broadcast.meta?.id);
  }

  /** Sends an event that answers nothing. */
  push(event: string, payload: unknown): void {
    const { version, topic, joinRef } = this;
    this.send(encodeMessage(version, { joinRef, ref: null, topic, event, payload }));
  }

  /** Sends a `system` event about the channel, or about one of its extensions. */
  notice(status: "ok" | "error", message: string, extension = "system"): void {
    this.push("system", { extension, status, message, channel: this.room.topic });
  }

  /** Calls `expired` with what to tell the client when the token expires. API keys never do. */
  watchExpiry(expired: (message: string) => void): void {
    clearTimeout(this.#expiry);
    const { exp } = this.claims;
    if (exp === undefined) return;
    const left = Math.max(0, exp * 1000 - Date.now());
    this.#expiry = setTimeout(() => {
      if (left > LONGEST_TIMER) this.watchExpiry(expired);
      else expired(expiredMessage(exp));
    }, Math.min(left, LONGEST_TIMER));
  }

  /** Lets go of the timer. */
  forgetExpiry(): void {
    clearTimeout(this.#expiry);
  }
}
