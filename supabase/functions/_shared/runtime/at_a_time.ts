/** Doing the same with many things, a few of them at a time. */

/** What came of one of them. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: unknown };

/** Does `work` with each of `items`, at most `width` at a time. Returns what came of each, in their order; never throws. */
export async function atATime<I, T>(
  width: number,
  items: readonly I[],
  work: (item: I) => Promise<T>,
): Promise<Outcome<T>[]> {
  const outcomes: Outcome<T>[] = new Array(items.length);
  const queue = items.entries();
  const hand = async () => {
    for (const [index, item] of queue) {
      outcomes[index] = await work(item).then(
        (value) => ({ ok: true as const, value }),
        (error: unknown) => ({ ok: false as const, error }),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, hand));
  return outcomes;
}
