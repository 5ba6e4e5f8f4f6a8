/** Workers outside, in the pull lane: they claim jobs, are heard of or not, and report. */
import fc from "fast-check";
import { SECONDS } from "../catalog.ts";
import { fail, type Failure } from "../failing.ts";
import { change } from "../jobs.ts";
import {
  attemptsWhere,
  type Call,
  isCurrent,
  mostly,
  type Move,
  move,
  named,
  type OfAttempt,
  oneOf,
  pick,
} from "../move.ts";
import { dispatch } from "../slots.ts";
import type { Attempt, Job, World } from "../state.ts";
import { endLeases, endOverdueCancels } from "./clock.ts";
import { complete } from "./copying.ts";

const isClaimed = (job: Job, attempt: Attempt) => job.lane === "outside" && attempt.leasedUntil !== null;

/** What a worker outside is at, as far as it goes. */
const workAt = (world: World, of: { job: number; dispatch: number }) =>
  world.tasks.find(({ job, dispatch }) => job === of.job && dispatch === of.dispatch);

const claim = move<{ quantity: number; isFit: boolean }, Call & { quantity: number }>({
  weight: 5,
  params: fc.record({ quantity: fc.integer({ min: 1, max: 2 }), isFit: mostly(true, false) }),
  choose(world, { quantity, isFit }) {
    const isThere = attemptsWhere(
      world,
      (job, { phase }) => job.lane === "outside" && phase === "dispatched",
    );
    return isFit && isThere.length === 0 ? null : { kind: "claim", quantity };
  },
  apply(world, { quantity }) {
    endLeases(world);
    endOverdueCancels(world, "outside");
    dispatch(world, "outside");
    const waiting = world.jobs.filter(({ lane, isGone }) => lane === "outside" && !isGone)
      .flatMap((job) =>
        job.attempts.filter((it) => isCurrent(job, it) && it.submits === 0).map((it) => ({ job, it }))
      )
      .sort((x, y) => x.it.started - y.it.started).slice(0, quantity);
    for (const { job, it } of waiting) {
      const until = world.now + SECONDS.lease;
      Object.assign(it, {
        phase: "submitted",
        leasedUntil: until,
        submits: 1,
        submittedFirstAt: world.now,
        submitUntil: until,
      });
      const id = `work-${job.n}-${it.dispatch}`;
      world.tasks.push({
        id,
        job: job.n,
        dispatch: it.dispatch,
        state: "alive",
        isToTell: false,
        isAsked: false,
      });
      const refundable = world.lanes.outside.cancelRefund !== "never";
      change(job, { deadline: world.now + SECONDS.timeout, refundable }, "running");
    }
    return waiting.map(({ job, it }) => [job.n, it.dispatch]);
  },
});

interface Beat extends OfAttempt {
  percent: number | null;
}

const beats = move<{ pick: number; percent: number | null; isFit: boolean }, Beat>({
  weight: 3,
  params: fc.record({ pick, percent: fc.constantFrom(null, 0, 50), isFit: mostly(true, false) }),
  choose(world, { pick, percent, isFit }) {
    const of = oneOf(
      attemptsWhere(world, (job, attempt) => isClaimed(job, attempt) && (!isFit || isCurrent(job, attempt))),
      pick,
    );
    return of && { kind: "heartbeat", ...of, percent };
  },
  apply(world, call) {
    const { job, attempt } = named(world, call);
    const goesOn = isCurrent(job, attempt!);
    if (!goesOn) {
      // It is told to stop, and does.
      const work = workAt(world, call);
      if (work?.state === "alive") work.state = "stopped";
      return false;
    }
    if (call.percent !== null && call.percent > (job.progress ?? -1)) change(job, { progress: call.percent });
    attempt!.leasedUntil = world.now + SECONDS.lease;
    return true;
  },
});

const ofWork = { pick, isFit: mostly(true, false) };
const chooseWork = (world: World, { pick, isFit }: { pick: number; isFit: boolean }) =>
  oneOf(
    attemptsWhere(world, (job, attempt) =>
      isClaimed(job, attempt) && (!isFit || isCurrent(job, attempt)) &&
      workAt(world, { job: job.n, dispatch: attempt.dispatch })?.state === "alive"),
    pick,
  );

const completes = move<{ pick: number; isFit: boolean }, OfAttempt>({
  weight: 4,
  params: fc.record(ofWork),
  choose(world, params) {
    const of = chooseWork(world, params);
    return of && { kind: "complete", ...of };
  },
  apply(world, call) {
    workAt(world, call)!.state = "succeeded";
    return complete(world, call);
  },
});

const fails = move<{ pick: number; isFit: boolean; retryClass: "never" | "backoff" }, Failure>({
  weight: 4,
  params: fc.record({ ...ofWork, retryClass: mostly<"never" | "backoff">("backoff", "never") }),
  choose(world, params) {
    const of = chooseWork(world, params);
    return of &&
      { kind: "fail", ...of, retryClass: params.retryClass, after: null, isRefusal: false, isAllOver: false };
  },
  apply(world, call) {
    workAt(world, call)!.state = "failed";
    return fail(world, call);
  },
});

export const outside: Record<string, Move> = { claim, beats, completes, fails };
