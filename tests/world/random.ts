/** Chance that can be had again: the same seed gives the same numbers. */

/** A source of numbers drawn from a seed. */
export interface Random {
  /** From 0 up to 1, without 1. */
  next(): number;
  /** From `least` up to `most`, without `most`. */
  between(least: number, most: number): number;
  /** The same items in another order. */
  shuffled<Item>(items: readonly Item[]): Item[];
}

/** Weyl sequence through a 32-bit mixer: quick, and good enough to mix jobs with. `seed` is any whole number. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + next() * (most - least);
  return {
    next,
    between,
    shuffled: (items) =>
      items.map((item) => ({ item, at: next() })).sort((one, other) => one.at - other.at).map(({ item }) =>
        item
      ),
  };
}
