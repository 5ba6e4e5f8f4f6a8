/** One upload under way, as both ways of sending know it. */
import type { Surroundings } from "../live/surroundings.ts";
import type { Asks, Wish } from "./place.ts";

/** Clock, timers and chance. */
export type Clockwork = Pick<Surroundings, "now" | "random" | "setTimeout" | "clearTimeout">;

export interface Sending {
  readonly file: Blob;
  readonly wish: Wish;
  /** Whose it is. */
  readonly user: string;
  readonly http: Asks;
  readonly surroundings: Clockwork;
  /** Aborts when the caller does, when somebody else signs in, and when the client is closed. */
  readonly signal: AbortSignal;
  /** Bytes that have left so far. */
  readonly onSent: (bytes: number) => void;
}

/** What Storage takes as one piece of a large file, in bytes: exactly this, but for the last one. */
export const PIECE = 6 * 1024 * 1024;
/** How often what may succeed a little later is tried. */
export const TRIES = 6;
/** How long nothing may move before a connection counts as lost, in ms. */
export const STALL_MS = 60_000;
/** The slowest line that is waited for where nothing is told on the way, in bytes a ms. */
const SLOWEST = 16;

/** How long `bytes` may take on their way unseen, in ms. */
export function longestUnseen(bytes: number): number {
  return STALL_MS + bytes / SLOWEST;
}
