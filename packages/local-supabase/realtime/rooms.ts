/** Who receives which broadcast. Public and private channels of the same topic are rooms apart. */
import { type Broadcast, encodeBroadcast, type WireVersion } from "./wire.ts";

/** A channel as far as a room is concerned. */
export interface Member {
  readonly version: WireVersion;
  /** The topic as on the wire, `realtime:` included. */
  readonly topic: string;
  /** Whether this broadcast is for it: it may read broadcasts and was not given this one by replay. */
  wants(broadcast: Broadcast): boolean;
  /** Puts a frame on its socket. */
  send(frame: string | Uint8Array<ArrayBuffer>): void;
}

/** A topic without its `realtime:` prefix, and which of its two rooms. */
export interface Room {
  topic: string;
  private: boolean;
}

/** All rooms with somebody in them. */
export class Rooms {
  readonly #members = new Map<string, Set<Member>>();

  /** From now on `member` receives what is published in `room`. */
  enter(room: Room, member: Member): void {
    const key = keyOf(room);
    const members = this.#members.get(key) ?? new Set();
    this.#members.set(key, members.add(member));
  }

  /** Ends that. */
  leave(room: Room, member: Member): void {
    const key = keyOf(room);
    const members = this.#members.get(key);
    members?.delete(member);
    if (members?.size === 0) this.#members.delete(key);
  }

  /** Sends `broadcast` to everybody in `room`, but not to `except`. Each kind of frame is encoded once. */
  publish(room: Room, broadcast: Broadcast, except?: Member): void {
    const frames = new Map<string, string | Uint8Array<ArrayBuffer> | undefined>();
    for (const member of this.#members.get(keyOf(room)) ?? []) {
      if (member === except || !member.wants(broadcast)) continue;
      const { version, topic } = member;
      const key = `${version} ${topic}`;
      if (!frames.has(key)) frames.set(key, encodeBroadcast(version, topic, broadcast));
      const frame = frames.get(key);
      if (frame !== undefined) member.send(frame);
    }
  }
}

function keyOf(room: Room): string {
  return `${room.private ? "private" : "public"}:${room.topic}`;
}
