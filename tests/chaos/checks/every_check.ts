/** All that has to hold at the end of a run. */
import type { Evidence } from "../evidence.ts";
import { neverMoreThanSlots, noneIsAlive, oneAttemptAtATime, oneTaskAnAttempt } from "./counted.ts";
import { createdOnce, endedAsExpected, endedInTime, endedOnce, endsStayed } from "./endings.ts";
import { broadcastsWent, creditsAddUp, deadLettersAreTheFailed, nothingIsHeld } from "./leftovers.ts";
import { leaversAreGone } from "./leavers.ts";
import { boughtOnce, paidAsAllowed } from "./payments.ts";
import { everyJobIsExplained } from "./verdicts.ts";
import {
  nothingIsStolen,
  paidForAReason,
  refundsAreSettled,
  unknownIsTold,
  withheldForAReason,
} from "./refunds.ts";
import { endedJobsHaveNoFiles, nothingElseIsStored, resultsAreRight } from "./results.ts";

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
  ["at any time, an open job had one first verdict, and none that had ended waited", everyJobIsExplained],
  ["ops.credit_drift() is empty", creditsAddUp],
  ["slots are free and queues are empty", nothingIsHeld],
  ["ops.dead_letters shows the failed jobs, once each", deadLettersAreTheFailed],
  ["every result is what its provider made, byte for byte", resultsAreRight],
  ["nothing else lies beside a result", nothingElseIsStored],
  ["no file of a job without a result is stored", endedJobsHaveNoFiles],
  ["nothing was paid for more often than its provider's policy allows", paidAsAllowed],
  ["no job bought a success twice", boughtOnce],
  ["no account had more tasks alive than slots", neverMoreThanSlots],
  ["no attempt began while a task of the one before was alive", oneAttemptAtATime],
  ["no attempt had two tasks alive, but where that is the policy", oneTaskAnAttempt],
  ["no task is alive in the end", noneIsAlive],
  ["every refund is decided, and the outbox is empty", refundsAreSettled],
  ["refunds were withheld only where a task went on", withheldForAReason],
  ["what was paid back had no success, but for a reason with a name", paidForAReason],
  ["nobody could read a result that was not paid for", nothingIsStolen],
  ["each task that stayed unknown was told", unknownIsTold],
  ["nothing is left of users who were deleted", leaversAreGone],
  ["no broadcast was swallowed", broadcastsWent],
];

/** Runs every check. */
export function judge(evidence: Evidence): Finding[] {
  return CHECKS.map(([claim, check]) => ({ claim, problems: check(evidence) }));
}
