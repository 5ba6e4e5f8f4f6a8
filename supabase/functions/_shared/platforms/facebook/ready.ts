/** The end of preparing: the commit may come. Pure. */
import type { Prepared, PublicationWork } from "../platform.ts";
import { READY_AT, sinceOf, textFact, untilOf } from "./plan.ts";

/** `facts`: what is known besides. Before the first commit its time is kept: whatever is made after it may be ours. */
export function readyOf(work: PublicationWork, now: number, facts: Record<string, unknown> = {}): Prepared {
  const isFirst = textFact(work, READY_AT) === undefined;
  const all = { ...facts, ...isFirst ? { [READY_AT]: new Date(now).toISOString() } : {} };
  const hasLife = textFact(work, "since") !== undefined;
  return {
    state: "ready",
    ...Object.keys(all).length > 0 ? { facts: all } : {},
    ...hasLife ? { until: untilOf(sinceOf(work, now)) } : {},
  };
}
