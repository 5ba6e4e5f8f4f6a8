/** Upload sessions: what has come of each, byte for byte, and where each piece lay. */
import { createHash, randomBytes } from "node:crypto";
import { UploadStore } from "../kit/upload_store.ts";
import { LOOK_BYTES } from "../social/media_look.ts";
import type { Person } from "../social/people.ts";
import type { Channel } from "./channels.ts";
import type { Wish } from "./videos.ts";
import type { YouTubeWorld } from "./youtube_world.ts";

/** Pieces are multiples of it, but for the last. */
export const UNIT = 256 * 1024;
/** How long a session lives: about a week. */
const LIFE_MS = 7 * 86_400_000;

/** A piece as it came. */
export interface Piece {
  readonly from: number;
  /** Not included. */
  readonly to: number;
  /** How much of it was new, and kept. */
  readonly kept: number;
  /** Of what was kept. */
  readonly sha256: string;
}

/** One session. */
export interface Session {
  readonly id: string;
  readonly person: Person;
  readonly channel: Channel;
  readonly wish: Wish;
  readonly total: number;
  readonly type: string;
  /** How much of the video is there. */
  received: number;
  /** Its first bytes. */
  head: Uint8Array<ArrayBuffer>;
  /** Of all that is there. */
  readonly hash: ReturnType<typeof createHash>;
  readonly pieces: Piece[];
  /** Bytes that came for it, those that came again among them. */
  sentBytes: number;
  probes: number;
  isExpired: boolean;
  expiresAt: number;
  videoId: string | null;
  sha256: string | null;
  /** One request at a time. */
  turn: Promise<unknown>;
}

/** A session as it is shown to tests. */
export interface SessionView {
  readonly id: string;
  readonly username: string;
  readonly title: string;
  readonly total: number;
  readonly received: number;
  readonly sentBytes: number;
  readonly pieces: readonly Piece[];
  readonly probes: number;
  readonly isGone: boolean;
  readonly videoId: string | null;
  /** Null until all of it has come. */
  readonly sha256: string | null;
}

/** All sessions of one simulator. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly store = new UploadStore("youtube-simulator-");

  constructor(readonly world: YouTubeWorld) {}

  begin(about: Pick<Session, "person" | "channel" | "wish" | "total" | "type">): Session {
    const session: Session = {
      ...about,
      id: randomBytes(24).toString("base64url"),
      received: 0,
      head: new Uint8Array(),
      hash: createHash("sha256"),
      pieces: [],
      sentBytes: 0,
      probes: 0,
      isExpired: false,
      expiresAt: this.world.clock.now() + LIFE_MS,
      videoId: null,
      sha256: null,
      turn: Promise.resolve(),
    };
    this.#sessions.set(session.id, session);
    return session;
  }

  /** The session of this id, be it gone or not. */
  of(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  isGone(session: Session): boolean {
    return session.isExpired || this.world.clock.now() >= session.expiresAt;
  }

  views(): SessionView[] {
    return [...this.#sessions.values()].map((session) => ({
      id: session.id,
      username: session.person.username,
      title: session.wish.title,
      total: session.total,
      received: session.received,
      sentBytes: session.sentBytes,
      pieces: session.pieces,
      probes: session.probes,
      isGone: this.isGone(session),
      videoId: session.videoId,
      sha256: session.sha256,
    }));
  }

  /** Does one request of a session after the other. */
  async inTurn<T>(session: Session, work: () => Promise<T>): Promise<T> {
    const before = session.turn;
    const done = (async () => {
      await before.catch(() => {});
      return await work();
    })();
    session.turn = done;
    return await done;
  }

  /**
   * Takes a piece that begins at `from`: what is there already has to be the same, what is beyond it is kept, `most` bytes of
   * it. One that leaves a gap is not. @returns what is wrong with it.
   */
  async take(session: Session, from: number, bytes: Uint8Array, most: number): Promise<string | undefined> {
    session.sentBytes += bytes.length;
    const known = session.received - from;
    if (known < 0) {
      session.pieces.push({ from, to: from + bytes.length, kept: 0, sha256: sha256Of(new Uint8Array()) });
      return undefined;
    }
    const path = `${await this.store.directory()}/${session.id}.video`;
    using disk = await Deno.open(path, { create: true, read: true, write: true });
    if (known > 0 && !await isSame(disk, from, bytes.subarray(0, known))) {
      return "The bytes are other ones than came before.";
    }
    const fresh = bytes.subarray(Math.min(known, bytes.length)).subarray(0, most);
    await disk.seek(session.received, Deno.SeekMode.Start);
    for (let written = 0; written < fresh.length;) written += await disk.write(fresh.subarray(written));
    session.pieces.push({ from, to: from + bytes.length, kept: fresh.length, sha256: sha256Of(fresh) });
    session.hash.update(fresh);
    session.received += fresh.length;
    if (session.head.length < LOOK_BYTES) {
      session.head = Uint8Array.from([
        ...session.head,
        ...fresh.subarray(0, LOOK_BYTES - session.head.length),
      ]);
    }
    return undefined;
  }

  /** All of it is there: the bytes are no longer needed. */
  async finish(session: Session, videoId: string): Promise<void> {
    session.videoId = videoId;
    session.sha256 = session.hash.digest("hex");
    await Deno.remove(`${await this.store.directory()}/${session.id}.video`).catch(() => {});
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function isSame(disk: Deno.FsFile, at: number, bytes: Uint8Array): Promise<boolean> {
  await disk.seek(at, Deno.SeekMode.Start);
  const there = new Uint8Array(bytes.length);
  for (let read = 0; read < there.length;) {
    const more = await disk.read(there.subarray(read));
    if (more === null) return false;
    read += more;
  }
  return there.every((byte, index) => byte === bytes[index]);
}
