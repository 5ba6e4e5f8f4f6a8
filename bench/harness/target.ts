/** What a target is, and the arithmetic that targets are made of. */

/** Looks up a figure: its median over the rounds, or another summary of them; undefined when there is none. */
export type Look = (
  measure: string,
  side: string,
  figure: string,
  pick?: "median" | "max",
) => number | undefined;

/** A promise: a value that is to lie within bounds. */
export interface Target {
  target: string;
  atMost?: number;
  atLeast?: number;
  /** Whether it is about being right, not about being fast. */
  mustHold?: boolean;
  /** Undefined when one side of it was not measured. */
  value(look: Look): number | undefined;
}

/** The largest; undefined when one of them was not measured. */
export function worst(values: readonly (number | undefined)[]): number | undefined {
  return values.some((value) => value === undefined) ? undefined : Math.max(...values as number[]);
}

export function difference(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}

export function ratio(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}
