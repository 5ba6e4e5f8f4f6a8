/** Workers copy results, or cannot. */
import fc from "fast-check";
import { acceptSuccess, endAttempt, failJob, hearOfEnded, mayBeSeveral } from "../endings.ts";
import { change } from "../jobs.ts";
import {
  attemptsWhere,
  isCurrent,
  mostly,
  type Move,
  move,
  named,
  type OfAttempt,
  oneOf,
  pick,
  Refusal,
} from "../move.ts";
import { dispatch, slotOf } from "../slots.ts";
import { type Attempt, cancelOf, isOpen, type Job, type World } from "../state.ts";
import { isWorked, told } from "./attempts.ts";

/** What `worker.complete` does, in every lane. In a batch nobody dispatches where no slot has become free. */
export function complete(world: World, call: OfAttempt, isBatch = false): string {
  const { job, attempt } = named(world, call);
  if (!attempt) throw new Refusal("stale_token");
  if (attempt.outcome === "succeeded") return "duplicate";
  if (!isOpen(job)) {
    hearOfEnded(world, cancelOf(world, call.job, call.dispatch), "succeeded", null);
    Object.assign(attempt, { phase: "finished", outcome: "orphaned" });
    return "late";
  }
  const isPlain = isBatch && isCurrent(job, attempt) && !mayBeSeveral(job, attempt.submits);
  const hadSlot = slotOf(world, job.n, attempt.dispatch) !== undefined;
  acceptSuccess(world, job, attempt, null);
  change(job, {
    status: "completed",
    runAt: null,
    progress: 100,
    refundable: false,
    request: attempt.externalId ?? job.request,
  }, "completed");
  Object.assign(attempt, { phase: "finished", outcome: "succeeded" });
  if (!isPlain || hadSlot) dispatch(world, job.lane);
  return "completed";
}

/** Attempts whose result a worker may have copied: it does not know yet if the job has ended meanwhile. */
const isCopied = (job: Job, attempt: Attempt) => isWorked(job) && attempt.word === "succeeded";

const copies = move<{ pick: number; isFit: boolean; isBatch: boolean }, OfAttempt & { isBatch: boolean }>({
  weight: 6,
  params: fc.record({ pick, isFit: mostly(true, false), isBatch: mostly(false, true) }),
  choose(world, { pick, isFit, isBatch }) {
    const of = oneOf(
      attemptsWhere(
        world,
        (job, attempt) => isCopied(job, attempt) && (!isFit || attempt.phase === "produced"),
      ),
      pick,
    );
    return of && { kind: "complete", ...of, isBatch };
  },
  apply: (world, call) => call.isBatch ? told(() => complete(world, call, true)) : complete(world, call),
});

const refusesOutput = move<{ pick: number; isFit: boolean }, OfAttempt>({
  weight: 2,
  params: fc.record({ pick, isFit: mostly(true, false) }),
  choose(world, { pick, isFit }) {
    const of = oneOf(
      attemptsWhere(world, (job, attempt) => isCopied(job, attempt) && (!isFit || isCurrent(job, attempt))),
      pick,
    );
    return of && { kind: "outputRefused", ...of };
  },
  apply(world, call) {
    const { job, attempt } = named(world, call);
    if (!attempt) throw new Refusal("stale_token");
    if (attempt.error === "output_too_large" && attempt.outcome === "failed") return "duplicate";
    if (!isOpen(job)) return "late";
    giveUpOutput(world, job, attempt, "output_too_large");
    dispatch(world, job.lane);
    return "failed";
  },
});

/** Ends a job whose result cannot be kept. */
export function giveUpOutput(world: World, job: Job, attempt: Attempt, error: string): void {
  for (const other of job.attempts) {
    if (other !== attempt && other.outcome === null) {
      endAttempt(world, job, other, "superseded", "superseded");
    }
  }
  endAttempt(world, job, attempt, "failed", "produced");
  attempt.error = error;
  failJob(world, job, job.step === "webhook_received" ? job.step : "running", error, true);
}

export const copying: Record<string, Move> = { copies, refusesOutput };
