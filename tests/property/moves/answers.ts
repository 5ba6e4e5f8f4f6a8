/** What workers say of the submit that they were at. */
import fc from "fast-check";
import { fail, type Failure, type RetryClass } from "../failing.ts";
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
import { cancelOf, type World } from "../state.ts";
import { isWorked, told } from "./attempts.ts";
import type { OfSender } from "./submits.ts";

const retryClass = fc.constantFrom<RetryClass>("never", "backoff", "wait", "wait", "pause");
const after = fc.constantFrom(null, null, 0, 60);

/** What `worker.submitted` does. */
export function submitted(world: World, call: OfAttempt & { task: string }): string {
  const { job, attempt } = named(world, call);
  if (!attempt || attempt.outcome !== null) {
    const row = cancelOf(world, call.job, call.dispatch);
    if (row) row.externalId ??= call.task;
    else if (!attempt) throw new Refusal("stale_token");
  }
  if (attempt) {
    const before = attempt.externalId;
    attempt.externalId ??= call.task;
    if (attempt.phase === "dispatched" || attempt.phase === "submitting") attempt.phase = "submitted";
    if (isCurrent(job, attempt) && (before === null || job.step === "starting")) {
      change(job, { request: attempt.externalId }, job.step === "starting" ? "running" : undefined);
    }
  }
  return job.isGone ? "cancelled" : job.status;
}

const notes = move<{ pick: number; isBatch: boolean }, OfSender & { task: string; isBatch: boolean }>({
  weight: 8,
  params: fc.record({ pick, isBatch: mostly(false, true) }),
  choose(world, { pick, isBatch }) {
    const sender = oneOf(world.senders.filter(({ heard }) => heard === "accepted"), pick);
    return sender && {
      kind: "submitted",
      job: sender.job,
      dispatch: sender.dispatch,
      task: sender.task!,
      isBatch,
      sender: world.senders.indexOf(sender),
    };
  },
  apply(world, call) {
    world.senders.splice(call.sender, 1);
    return call.isBatch ? told(() => submitted(world, call)) : submitted(world, call);
  },
});

const notesRefusal = move<{ pick: number; retryClass: RetryClass; after: number | null }, OfSender & Failure>(
  {
    weight: 5,
    params: fc.record({ pick, retryClass, after }),
    choose(world, { pick, retryClass, after }) {
      const sender = oneOf(world.senders.filter(({ heard }) => heard === "refused"), pick);
      return sender && {
        kind: "fail",
        job: sender.job,
        dispatch: sender.dispatch,
        sender: world.senders.indexOf(sender),
        retryClass,
        after,
        isRefusal: true,
        isAllOver: false,
      };
    },
    apply(world, call) {
      world.senders.splice(call.sender, 1);
      return fail(world, call);
    },
  },
);

const cannotPrepare = move<{ pick: number; retryClass: RetryClass; after: number | null }, Failure>({
  weight: 2,
  params: fc.record({ pick, retryClass, after }),
  choose(world, { pick, retryClass, after }) {
    const of = oneOf(
      attemptsWhere(
        world,
        (job, attempt) => isWorked(job) && isCurrent(job, attempt) && attempt.submits === 0,
      ),
      pick,
    );
    return of && { kind: "fail", ...of, retryClass, after, isRefusal: true, isAllOver: false };
  },
  apply: fail,
});

export const answers: Record<string, Move> = { notes, notesRefusal, cannotPrepare };
