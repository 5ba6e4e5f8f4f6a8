/** How long to wait before the next try: full jitter, so that clients which were cut off at once do not come back at once. */

export interface Pace {
  /** The longest wait before the first retry, milliseconds. */
  readonly first: number;
  /** No wait is longer. */
  readonly most: number;
}

/** After a cut, a refused socket, a time-out. */
export const RECONNECT: Pace = { first: 1_000, most: 30_000 };

/** After a request, or a part of one, that nobody has answered. */
export const REQUEST: Pace = { first: 500, most: 30_000 };

/** After a refusal that asking again will hardly change. */
export const REFUSED: Pace = { first: 30_000, most: 300_000 };

/** The bound of the wait before try `tries` + 1, milliseconds: `first` × 2^(tries − 1), at most `most`. */
export function upTo(tries: number, { first, most }: Pace): number {
  return Math.min(most, first * 2 ** Math.min(Math.max(tries, 1) - 1, 30));
}

/** Milliseconds before try `tries` + 1: anything from 0 to its bound. `random`: 0 to 1, without 1. */
export function backOff(tries: number, random: number, pace: Pace = RECONNECT): number {
  return random * upTo(tries, pace);
}
