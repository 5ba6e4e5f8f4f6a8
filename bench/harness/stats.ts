/** Figures out of many measurements. */

/** A figure over several rounds. */
export interface Summary {
  median: number;
  min: number;
  max: number;
}

/**
 * The value that a share of all values does not exceed (nearest rank): `percentile(times, 0.99)`.
 * Does not change `values`; NaN when there are none.
 */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** Median and range of a figure's rounds; the median of an even number is the mean of the middle two. */
export function summarise(values: number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1] ?? NaN) / 2 +
    (sorted[Math.floor(middle)] ?? NaN) / 2;
  return { median, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}
