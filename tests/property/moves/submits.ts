/** Workers at the checkpoint, and what becomes of their submits. */
import fc from "fast-check";
import { LANES, SECONDS } from "../catalog.ts";
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
} from "../move.ts";
import { type Attempt, attemptOf, cancelOf, hasSuccess, type Job, tasksOf, type World } from "../state.ts";
import { isInDoubt, isWorked } from "./attempts.ts";

function maySubmit(world: World, job: Job, attempt: Attempt): boolean {
  if (attempt.phase === "dispatched") return true;
  const isPast = job.deadline !== null && job.deadline <= world.now;
  if (!isInDoubt(attempt) || attempt.submitUntil >= world.now || isPast) return false;
  const { resubmit } = LANES[job.lane];
  return resubmit === "idempotent" ||
    (resubmit === "at_least_once" && attempt.nones >= 2 && attempt.submits < 3);
}

const checkpoint = move<{ pick: number; isFit: boolean }, OfAttempt>({
  weight: 9,
  params: fc.record({ pick, isFit: mostly(true, true, false) }),
  choose(world, { pick, isFit }) {
    const of = oneOf(
      attemptsWhere(
        world,
        (job, attempt) =>
          isWorked(job) && (!isFit || (isCurrent(job, attempt) && maySubmit(world, job, attempt))),
      ),
      pick,
    );
    return of && { kind: "checkpoint", ...of };
  },
  apply(world, call) {
    const { job, attempt } = named(world, call);
    if (!attempt || !isCurrent(job, attempt) || !maySubmit(world, job, attempt)) return false;
    if (attempt.number > 1 && hasSuccess(job)) return false;
    const until = world.now + SECONDS.lease;
    const submittedFirstAt = attempt.submittedFirstAt ?? world.now;
    Object.assign(attempt, {
      phase: "submitting",
      submitUntil: until,
      nones: 0,
      noneAt: -Infinity,
      submittedFirstAt,
    });
    attempt.submits++;
    const terms = world.lanes[job.lane].cancelRefund;
    change(job, {
      deadline: job.deadline ?? world.now + SECONDS.timeout,
      refundable: terms === "confirmed" ? job.lane !== "twice" : terms === "always",
    });
    world.senders.push({ job: job.n, dispatch: attempt.dispatch, until, heard: "nothing", task: null });
    return true;
  },
});

export interface OfSender extends OfAttempt {
  sender: number;
}

/** A move of the world outside at a submit that is under way. */
function atSubmit(
  weight: number,
  kind: string,
  apply: (world: World, sender: World["senders"][number]) => void,
): Move {
  return move<{ pick: number }, OfSender>({
    weight,
    params: fc.record({ pick }),
    isOutside: true,
    choose(world, { pick }) {
      const sender = oneOf(
        world.senders.filter(({ heard, until }) => heard === "nothing" && until >= world.now),
        pick,
      );
      return sender &&
        { kind, job: sender.job, dispatch: sender.dispatch, sender: world.senders.indexOf(sender) };
    },
    apply: (world, call) => apply(world, world.senders[call.sender]!),
  });
}

function take(world: World, { job, dispatch }: { job: number; dispatch: number }): string {
  const [same] = LANES[world.jobs[job]!.lane].resubmit === "idempotent" ? tasksOf(world, job, dispatch) : [];
  if (same) return same.id;
  const id = `task-${job}-${dispatch}-${tasksOf(world, job, dispatch).length}`;
  world.tasks.push({ id, job, dispatch, state: "alive", isToTell: false, isAsked: false });
  return id;
}

const takes = atSubmit(6, "takes", (world, sender) => {
  Object.assign(sender, { task: take(world, sender), heard: "accepted" });
});
const takesUnheard = atSubmit(4, "takesUnheard", (world, sender) => {
  take(world, sender);
  world.senders = world.senders.filter((other) => other !== sender);
});
const refuses = atSubmit(3, "refuses", (_world, sender) => {
  sender.heard = "refused";
});
const dies = atSubmit(2, "dies", (world, sender) => {
  world.senders = world.senders.filter((other) => other !== sender);
});

/** A request that was given up reaches its provider after all, which may then have two tasks of one attempt. */
const arrivesLate = move<{ pick: number }, OfSender>({
  weight: 4,
  params: fc.record({ pick }),
  isOutside: true,
  choose(world, { pick }) {
    const sender = oneOf(
      world.senders.filter((it) => {
        const attempt = attemptOf(world, it.job, it.dispatch);
        const isOpen = attempt?.outcome === null || cancelOf(world, it.job, it.dispatch);
        return it.heard === "lost" && LANES[world.jobs[it.job]!.lane].canFind && isOpen;
      }),
      pick,
    );
    return sender &&
      {
        kind: "arrivesLate",
        job: sender.job,
        dispatch: sender.dispatch,
        sender: world.senders.indexOf(sender),
      };
  },
  apply(world, call) {
    take(world, world.senders[call.sender]!);
    world.senders.splice(call.sender, 1);
  },
});

export const submits: Record<string, Move> = {
  checkpoint,
  takes,
  takesUnheard,
  refuses,
  dies,
  arrivesLate,
};
