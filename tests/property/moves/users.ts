/** Users cancel and leave; and careless hands meddle. */
import fc from "fast-check";
import type { User } from "../catalog.ts";
import { endAttempt, hadTask, payBack } from "../endings.ts";
import { change } from "../jobs.ts";
import { type Call, mostly, type Move, move, type OfJob, oneOf, pick, Refusal } from "../move.ts";
import { dispatch } from "../slots.ts";
import { hasSuccess, isOpen, runningAttempt } from "../state.ts";

const cancel = move<{ pick: number; isOpen: boolean }, OfJob>({
  weight: 5,
  params: fc.record({ pick, isOpen: mostly(true, false) }),
  choose(world, params) {
    const job = oneOf(world.jobs.filter((job) => params.isOpen ? isOpen(job) : !job.isGone), params.pick);
    return job && { kind: "cancel", job: job.n };
  },
  apply(world, call) {
    const job = world.jobs[call.job]!;
    if (!isOpen(job)) return job.status;
    const attempt = runningAttempt(job);
    if (attempt?.word || hasSuccess(job)) throw new Refusal("job_finishing");
    const lives = attempt ? endAttempt(world, job, attempt, "cancelled", "cancelled") : false;
    const terms = world.lanes[job.lane].cancelRefund;
    const refund = !lives || terms === "always" ? payBack(world, job, hadTask(job)) : "due";
    change(job, {
      status: "cancelled",
      runAt: null,
      refundable: false,
      refund: job.cost === 0 ? "none" : refund === "due" && terms === "never" ? "withheld" : refund,
    }, "cancelled");
    dispatch(world, job.lane);
    return "cancelled";
  },
});

const deleteUser = move<{ user: User }, Call & { user: User }>({
  weight: 1,
  params: fc.record({ user: fc.constantFrom<User>("ana", "ana", "bo") }),
  choose: (world, { user }) => world.deleted.includes(user) ? null : { kind: "deleteUser", user },
  apply(world, { user }) {
    const own = world.jobs.filter((job) => job.user === user && !job.isGone);
    const lanes = new Set(own.filter(isOpen).map(({ lane }) => lane));
    for (const job of own) {
      for (const attempt of job.attempts.filter(({ outcome }) => outcome === null)) {
        endAttempt(world, job, attempt, "cancelled", "user_deleted");
      }
      job.isGone = true;
    }
    world.deleted.push(user);
    for (const lane of [...lanes].sort()) dispatch(world, lane);
    return null;
  },
});

const meddle = move<{ pick: number; how: string }, OfJob>({
  weight: 3,
  params: fc.record({ pick, how: fc.constantFrom("reopen", "forget") }),
  choose(world, { pick, how }) {
    const job = oneOf(world.jobs.filter((job) => !job.isGone && !isOpen(job)), pick);
    return job && { kind: "meddle", how, job: job.n };
  },
  apply() {
    throw new Refusal("23514"); // a careless hand; the guards of the tables refuse it
  },
});

const refundAgain = move<{ pick: number }, OfJob>({
  weight: 1,
  params: fc.record({ pick }),
  choose(world, { pick }) {
    const job = oneOf(world.jobs.filter((job) => !job.isGone && job.refund === "paid"), pick);
    return job && { kind: "refundAgain", job: job.n };
  },
  apply: () => null,
});

export const users: Record<string, Move> = { cancel, deleteUser, meddle, refundAgain };
