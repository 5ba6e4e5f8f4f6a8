/** A provider's codes, sorted by what to do about them: data in each provider's `codes.ts`, looked up here. */
import type { RetryClass } from "../../engine/failure.ts";

/** For each retry class the codes (of the provider, or of HTTP) that are of it. */
export type RetryTable = Readonly<Record<RetryClass, readonly number[]>>;

/** The class that `table` lists `code` under; undefined when it lists it nowhere. */
export function classIn(table: RetryTable, code: number): RetryClass | undefined {
  const classes: readonly RetryClass[] = ["never", "backoff", "wait", "pause"];
  return classes.find((retryClass) => table[retryClass].includes(code));
}
