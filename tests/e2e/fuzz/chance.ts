/** Chance that can be had again: the same seed, the same choices. */

export interface Chance {
  /** At least 0, below 1. */
  fraction(): number;
  /** An integer from `from` to `to`, both included. */
  integer(from: number, to: number): number;
  /** Whether what happens once in `n` times happens now. */
  oneIn(n: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** Mulberry32. @param seed any integer */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (from: number, to: number) => from + Math.floor(fraction() * (to - from + 1));
  return {
    fraction,
    integer,
    oneIn: (n) => fraction() * n < 1,
    pick<T>(from: readonly T[]): T {
      if (from.length === 0) throw new RangeError("there is nothing to pick from");
      return from[integer(0, from.length - 1)] as T;
    },
  };
}
