/** All that has to hold at the end of a run. */
import type { Evidence } from "../evidence.ts";
import { createdOnce, endedAsExpected, endedInTime, endedOnce, endsStayed } from "./endings.ts";
import { broadcastsWent, creditsAddUp, deadLettersAreTheFailed, nothingIsHeld } from "./leftovers.ts";
import { paidAsAllowed } from "./payments.ts";
import { nothingElseIsStored, resultsAreRight } from "./results.ts";

/** A check's claim, and what speaks against it; nothing does when it holds. */
export interface Finding {
  readonly claim: string;
  readonly problems: readonly string[];
}

const CHECKS: readonly [claim: string, check: (evidence: Evidence) => string[]][] = [
  ["every job was created once and charged once", createdOnce],
  ["every job has ended, and its history says so once", endedOnce],
  ["no job ended later than its deadline allows", endedInTime],
  ["what had ended stayed as it was", endsStayed],
  ["every job ended as its fault lets it", endedAsExpected],
  ["ops.credit_drift() is empty", creditsAddUp],
  ["slots are free and queues are empty", nothingIsHeld],
  ["dead_letters holds the failed jobs, once each", deadLettersAreTheFailed],
  ["every result is what its provider made, byte for byte", resultsAreRight],
  ["nothing else lies beside a result", nothingElseIsStored],
  ["nothing was paid for more often than its provider's policy allows", paidAsAllowed],
  ["no broadcast was swallowed", broadcastsWent],
];

/** Runs every check. */
export function judge(evidence: Evidence): Finding[] {
  return CHECKS.map(([claim, check]) => ({ claim, problems: check(evidence) }));
}
