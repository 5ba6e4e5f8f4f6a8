/** What tasks cost, where providers tell it: facts, in the unit they tell them in. */
import { z } from "zod";
import type { Cost } from "../../engine/results.ts";

// A decimal number, as text or as JSON has it; not the number of digits that nobody charges.
const amount = z.union([z.number().nonnegative().transform(String), z.string()])
  .pipe(z.string().regex(/^\d{1,12}(\.\d{1,12})?$/));

/** A cost, as a part of an outcome; empty where `told` is no amount. */
export function costOf(told: unknown, currency: string): { cost?: Cost } {
  const { data } = amount.safeParse(told);
  return data === undefined ? {} : { cost: { amount: data, currency } };
}
