/** Workers who do not know what became of a submit, or see a deadline pass. */
import fc from "fast-check";
import { LANES, SECONDS } from "../catalog.ts";
import { giveUp, isSenderGone } from "../endings.ts";
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
import { dispatch } from "../slots.ts";
import { hasSuccess, tasksOf } from "../state.ts";
import { submitted } from "./answers.ts";
import { isInDoubt, isWorked } from "./attempts.ts";

const finds = move<{ pick: number }, OfAttempt & { task: string }>({
  weight: 4,
  params: fc.record({ pick }),
  choose(world, { pick }) {
    const task = oneOf(
      world.tasks.filter(({ job, dispatch }) => {
        const { attempt } = named(world, { kind: "", job, dispatch });
        return LANES[world.jobs[job]!.lane].canFind && attempt?.phase === "submitting" &&
          attempt.externalId === null;
      }),
      pick,
    );
    return task && { kind: "submitted", job: task.job, dispatch: task.dispatch, task: task.id };
  },
  apply: submitted,
});

const findsNone = move<{ pick: number }, OfAttempt>({
  weight: 6,
  params: fc.record({ pick }),
  choose(world, { pick }) {
    const of = oneOf(
      attemptsWhere(world, (job, attempt) =>
        LANES[job.lane].canFind && attempt.phase === "submitting" &&
        tasksOf(world, job.n, attempt.dispatch).length === 0),
      pick,
    );
    return of && { kind: "noneFound", ...of };
  },
  apply(world, call) {
    const { attempt } = named(world, call);
    if (!attempt) throw new Refusal("stale_token");
    if (
      attempt.outcome === null && isInDoubt(attempt) && isSenderGone(world, attempt.submitUntil) &&
      attempt.noneAt <= world.now - SECONDS.noneEvery
    ) {
      attempt.nones++;
      attempt.noneAt = world.now;
    }
    return attempt.nones;
  },
});

const unknown = move<{ pick: number; isFit: boolean }, OfAttempt>({
  weight: 1,
  params: fc.record({ pick, isFit: mostly(true, false) }),
  choose(world, { pick, isFit }) {
    const of = oneOf(
      attemptsWhere(
        world,
        (job, attempt) => isWorked(job) && attempt.submits > 0 && (!isFit || attempt.phase === "submitting"),
      ),
      pick,
    );
    return of && { kind: "submitUnknown", ...of };
  },
  apply(world, call) {
    const { job, attempt } = named(world, call);
    if (!attempt) throw new Refusal("stale_token");
    if (!isCurrent(job, attempt)) return "late";
    if (!isInDoubt(attempt)) return "known";
    giveUp(world, job, attempt, "submit_unknown");
    dispatch(world, job.lane);
    return "failed";
  },
});

const deadlinePassed = move<{ pick: number; isFit: boolean }, OfAttempt>({
  weight: 3,
  params: fc.record({ pick, isFit: mostly(true, false) }),
  choose(world, { pick, isFit }) {
    const of = oneOf(
      attemptsWhere(
        world,
        (job, attempt) =>
          isWorked(job) && attempt.submits > 0 &&
          (!isFit || (isCurrent(job, attempt) && (job.deadline ?? Infinity) <= world.now)),
      ),
      pick,
    );
    return of && { kind: "deadlinePassed", ...of };
  },
  apply(world, call) {
    const { job, attempt } = named(world, call);
    if (!attempt) throw new Refusal("stale_token");
    if (!isCurrent(job, attempt)) return "late";
    const isPast = job.deadline !== null && job.deadline <= world.now && attempt.phase !== "produced" &&
      !hasSuccess(job) && world.lanes[job.lane].openedAt === null;
    if (!isPast) return "not_yet";
    giveUp(world, job, attempt, isInDoubt(attempt) ? "submit_unknown" : "deadline_exceeded");
    dispatch(world, job.lane);
    return "failed";
  },
});

export const doubts: Record<string, Move> = { finds, findsNone, unknown, deadlinePassed };
