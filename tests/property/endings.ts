/** The contract of endings in the model: how attempts end, and what that means for the job, its price and its slot. */
import { LANES, SECONDS, TOOLS } from "./catalog.ts";
import { change } from "./jobs.ts";
import { dispatch, freeSlot, slotOf } from "./slots.ts";
import { type Attempt, type Cancel, cancelOf, type How, type Job, type World } from "./state.ts";

/** Whether an attempt may have made more than one task. */
export function mayBeSeveral(job: { lane: Job["lane"] }, submits: number): boolean {
  return LANES[job.lane].resubmit === "at_least_once" && submits > 1;
}

/** Whether a task of an attempt may still be going on, by what is stored. */
export function mayLive(job: Job, attempt: Attempt): boolean {
  if (attempt.submits === 0 || attempt.neverExisted) return false;
  return attempt.word === null || mayBeSeveral(job, attempt.submits);
}

/** Whether no submit can be under way any more. */
export function isSenderGone(world: World, submitUntil: number): boolean {
  return submitUntil + SECONDS.senderGrace < world.now;
}

/** Whether any attempt of the job may have had a task: refunds are counted then. */
export function hadTask(job: Job): boolean {
  return job.attempts.some(({ submits, neverExisted }) => submits > 0 && !neverExisted);
}

export function leaveCancel(world: World, job: Job, attempt: Attempt, reason: string): void {
  const { dispatch, number, account, externalId, submits, submitUntil, leasedUntil } = attempt;
  if (world.cancels.some((row) => row.job === job.n && row.dispatch === dispatch)) return;
  world.cancels.push({
    job: job.n,
    dispatch,
    attempt: number,
    user: job.user,
    lane: job.lane,
    account,
    reason,
    externalId,
    acceptedId: reason === "produced" ? externalId : null,
    submits,
    submitUntil,
    nones: 0,
    noneAt: -Infinity,
    endsAt: job.lane === "outside" ? Math.max(leasedUntil ?? 0, world.now) : Math.max(
      attempt.submittedFirstAt! + SECONDS.taskLife,
      Math.min(submitUntil, world.now + SECONDS.lease) + SECONDS.senderGrace,
    ),
    how: null,
  });
}

/** Closes an attempt; one whose task may live keeps its slot and leaves a row in the outbox. Returns whether it may. */
export function endAttempt(
  world: World,
  job: Job,
  attempt: Attempt,
  outcome: string,
  reason: string,
  lives = mayLive(job, attempt),
): boolean {
  if (lives) leaveCancel(world, job, attempt, reason);
  else freeSlot(world, job.n, attempt.dispatch);
  Object.assign(attempt, { phase: "finished", outcome });
  return lives;
}

/** Gives back the price of a job. `isCounted`: it counts towards what its user may be refunded in a window. */
export function payBack(world: World, job: Job, isCounted: boolean): Job["refund"] {
  if (job.cost === 0) return "none";
  world.balances[job.user] += job.cost;
  if (isCounted) world.refunds.push({ user: job.user, at: world.now });
  return "paid";
}

export function failJob(world: World, job: Job, step: string, error: string, isCounted: boolean): void {
  const refund = payBack(world, job, isCounted);
  change(job, { status: "failed", runAt: null, failedAt: step, error, refund }, "failed");
}

/** The step at which a job fails whose running attempt has failed at the provider. */
export function stepOf(job: Job, attempt: Attempt): string {
  const isPast = job.step === "webhook_received";
  return attempt.submits > 0 && !attempt.neverExisted && isPast ? "running" : job.step;
}

/** Ends a job whose task has not been heard of in time. */
export function giveUp(world: World, job: Job, attempt: Attempt, error: string): void {
  endAttempt(world, job, attempt, "failed", error);
  failJob(world, job, stepOf(job, attempt), error, hadTask(job));
}

/** The task of an attempt in the outbox is over. Whether there was such a row. */
export function taskOver(world: World, row: Cancel | undefined, how: How): boolean {
  if (!row || row.how !== null) return false;
  row.how = how;
  const isFreed = freeSlot(world, row.job, row.dispatch);
  settleRefund(world, row, how);
  if (isFreed) dispatch(world, row.lane);
  return true;
}

function settleRefund(world: World, row: Cancel, how: How): void {
  const job = world.jobs[row.job]!;
  if (how === "never_existed" && !job.isGone) {
    const attempt = job.attempts.find(({ dispatch }) => dispatch === row.dispatch);
    if (attempt) attempt.neverExisted = true;
  }
  if (job.isGone || job.refund !== "due" || job.attempt !== row.attempt) return;
  const isPaid = how === "unknown" ? row.lane === "outside" || row.externalId === null : how !== "succeeded";
  if (isPaid) payBack(world, job, how !== "never_existed");
  change(job, { refund: isPaid ? "paid" : "withheld" });
}

/** The provider has the result: whatever else is done for the job is in vain. */
export function acceptSuccess(world: World, job: Job, attempt: Attempt, task: string | null): void {
  for (const other of job.attempts) {
    if (other !== attempt && other.outcome === null) {
      endAttempt(world, job, other, "superseded", "superseded");
    }
  }
  if (attempt.word !== "succeeded") attempt.externalId = task ?? attempt.externalId;
  attempt.word = "succeeded";
  if (!mayLive(job, attempt)) {
    // One that was superseded, and succeeds first after all, has a row in the outbox.
    const isInOutbox = taskOver(world, cancelOf(world, job.n, attempt.dispatch), "succeeded");
    if (!isInOutbox) freeSlot(world, job.n, attempt.dispatch);
  } else if (slotOf(world, job.n, attempt.dispatch)) leaveCancel(world, job, attempt, "produced");
}

/** A final word about the task of an attempt in the outbox. Whether there is such a row. */
export function hearOfEnded(
  world: World,
  row: Cancel | undefined,
  word: "succeeded" | "failed" | null,
  task: string | null,
): boolean {
  if (!row || row.how !== null) return false;
  row.externalId ??= task;
  if (word === null || mayBeSeveral(row, row.submits)) return true;
  if (task !== null && task !== row.externalId) return true;
  return taskOver(world, row, word);
}

/** The provider has refused a submit of an attempt in the outbox. Whether there is such a row. */
export function refusalOfEnded(world: World, job: number, dispatch: number): boolean {
  const row = cancelOf(world, job, dispatch);
  if (!row) return false;
  if (row.submits === 1 && row.externalId === null) taskOver(world, row, "never_existed");
  return true;
}

/** The last moment for a retry of a job to begin. */
export function retryBy(job: Job): number {
  return job.expiresAt - SECONDS.expiresAfter / 3;
}

/** Whether the tool lets a job be tried once more. */
export function hasTriesLeft(job: Job): boolean {
  return job.retries + 1 < TOOLS[job.tool].maxAttempts;
}
