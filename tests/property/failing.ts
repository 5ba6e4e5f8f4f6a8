/** What a failure comes to in the model, of a submit or of a task. */
import { SECONDS } from "./catalog.ts";
import {
  endAttempt,
  failJob,
  hadTask,
  hasTriesLeft,
  hearOfEnded,
  mayBeSeveral,
  refusalOfEnded,
  retryBy,
  stepOf,
} from "./endings.ts";
import { change } from "./jobs.ts";
import { isCurrent, named, type OfAttempt, Refusal } from "./move.ts";
import { dispatch } from "./slots.ts";
import { type Attempt, cancelOf, hasSuccess, type Job, type World } from "./state.ts";

export type RetryClass = "never" | "backoff" | "wait" | "pause";

export interface Failure extends OfAttempt {
  retryClass: RetryClass;
  /** Seconds; null: the default of the function. */
  after: number | null;
  /** Of a submit, rather than of the task. */
  isRefusal: boolean;
  isAllOver: boolean;
}

const ENDED = ["succeeded", "failed", "retried", "waited", "paused", "orphaned"];

/** An attempt did not succeed; returns what the engine should answer. */
export function fail(world: World, failure: Failure): string {
  const { job, attempt } = named(world, failure);
  const { isRefusal } = failure;
  if (!attempt || attempt.outcome !== null || !isCurrent(job, attempt)) {
    const row = cancelOf(world, failure.job, failure.dispatch);
    const isNews = isRefusal
      ? refusalOfEnded(world, failure.job, failure.dispatch)
      : hearOfEnded(world, row, "failed", attempt?.externalId ?? null);
    if (!attempt && !isNews) throw new Refusal("stale_token");
    return attempt && ENDED.includes(attempt.outcome ?? "") && !isNews ? "duplicate" : "late";
  }
  if (attempt.phase === "produced") return "duplicate";
  if (attempt.submits > 0) {
    const isKnown = attempt.submits > 1 || attempt.externalId !== null || attempt.word !== null;
    if (isRefusal ? isKnown : mayBeSeveral(job, attempt.submits) && !failure.isAllOver) return "in_doubt";
  }
  attempt.neverExisted = isRefusal && attempt.submits > 0;
  const verdict = endByFailure(world, job, attempt, failure);
  if (attempt.submits > 0 && !attempt.neverExisted) attempt.word ??= "failed";
  if (failure.retryClass === "pause" && verdict === "retried") {
    const until = world.now + (failure.after ?? SECONDS.pause);
    world.paused[attempt.account] = Math.max(world.paused[attempt.account] ?? 0, until);
  }
  dispatch(world, job.lane);
  return verdict;
}

function endByFailure(world: World, job: Job, attempt: Attempt, failure: Failure): string {
  const { after } = failure;
  // Another attempt has succeeded, and its result is on its way: the job waits for that.
  const isAwaited = attempt.word !== "succeeded" && hasSuccess(job);
  const retryClass = isAwaited ? "wait" : failure.retryClass;
  const delay = {
    never: { from: 0, to: 0 },
    backoff: { from: after ?? 0, to: Math.max(after ?? 0, 1) },
    wait: after === null ? { from: 0.5, to: 1.5 } : { from: after, to: after },
    pause: { from: 0, to: 0 },
  }[retryClass];
  const isLast = retryClass === "never" || attempt.word === "succeeded" ||
    (retryClass === "backoff" && (!hasTriesLeft(job) || world.now + delay.to > retryBy(job)));
  const outcome = { never: "", backoff: "retried", wait: "waited", pause: "paused" }[retryClass];
  attempt.error = "out_of_luck";
  endAttempt(world, job, attempt, isLast ? "failed" : outcome, "", false);
  if (isLast) {
    failJob(world, job, stepOf(job, attempt), "out_of_luck", hadTask(job));
    return "failed";
  }
  const givesBack = retryClass !== "backoff" && (attempt.submits === 0 || attempt.neverExisted);
  requeue(world, job, retryClass, { from: world.now + delay.from, to: world.now + delay.to }, givesBack);
  return "retried";
}

/** Puts a job back to wait. `givesBack`: its attempt cannot have had a task, and its number is used again. */
export function requeue(
  _world: World,
  job: Job,
  retryClass: RetryClass,
  runAt: Job["runAt"],
  givesBack: boolean,
): void {
  change(job, {
    status: "pending",
    progress: null,
    deadline: null,
    runAt,
    refundable: true,
    waits: retryClass === "wait" ? job.waits + 1 : 0,
    attempt: job.attempt - (givesBack ? 1 : 0),
    retries: job.retries + (retryClass === "backoff" ? 1 : 0),
    startBy: retryClass === "backoff" ? retryBy(job) : job.startBy,
  }, "queued");
}
