/** What SQL and time do, though every worker always crashed. */
import fc from "fast-check";
import { LANE_NAMES, type LaneName, SECONDS } from "../catalog.ts";
import { endAttempt, failJob, giveUp, hadTask, retryBy, stepOf, taskOver } from "../endings.ts";
import { requeue } from "../failing.ts";
import { type Call, isCurrent, type Move, move, oneOf } from "../move.ts";
import { dispatch } from "../slots.ts";
import { hasSuccess, runningAttempt, type World } from "../state.ts";
import { isInDoubt } from "./attempts.ts";
import { giveUpOutput } from "./copying.ts";

const live = (world: World) => world.jobs.filter((job) => !job.isGone);

/** Ends attempts whose worker outside has not been heard of before its lease ran out. */
export function endLeases(world: World): void {
  for (const job of live(world)) {
    for (const attempt of job.attempts) {
      if (!isCurrent(job, attempt) || (attempt.leasedUntil ?? Infinity) >= world.now) continue;
      const isLast = job.retries + 1 >= job.maxAttempts || world.now > retryBy(job);
      attempt.error = "lease_expired";
      excuse(world, job.n, attempt.dispatch);
      endAttempt(world, job, attempt, isLast ? "failed" : "retried", "", false);
      if (isLast) failJob(world, job, stepOf(job, attempt), "lease_expired", hadTask(job));
      else requeue(world, job, "backoff", { from: world.now, to: world.now }, false);
    }
  }
}

/** From here on nobody waits any more for what the attempt may have made. */
function excuse(world: World, job: number, dispatch: number): void {
  for (const task of world.tasks) {
    if (task.job === job && task.dispatch === dispatch) world.excused.push(task.id);
  }
}

export function endOverdueCancels(world: World, lane?: LaneName): void {
  for (const row of world.cancels) {
    if (row.how !== null || row.endsAt > world.now || (lane && row.lane !== lane)) continue;
    excuse(world, row.job, row.dispatch);
    taskOver(world, row, "unknown");
  }
}

function giveUpOverdue(world: World): void {
  for (const job of live(world)) {
    const attempt = runningAttempt(job);
    if (!attempt || job.deadline === null || job.deadline >= world.now - SECONDS.overtime) continue;
    if (
      world.lanes[job.lane].openedAt !== null || hasSuccess(job) || attempt.phase === "produced"
    ) continue;
    giveUp(world, job, attempt, isInDoubt(attempt) ? "submit_unknown" : "deadline_exceeded");
  }
}

function endExpired(world: World): void {
  for (const job of live(world)) {
    if (job.startBy > world.now || (job.status !== "pending" && job.status !== "processing")) continue;
    const attempt = runningAttempt(job);
    if (job.status === "processing" && (job.expiresAt > world.now || attempt?.submits !== 0)) continue;
    if (hasSuccess(job)) {
      giveUpOutput(world, job, job.attempts.find(({ word }) => word === "succeeded")!, "output_unavailable");
      continue;
    }
    if (attempt) endAttempt(world, job, attempt, "failed", "", false);
    if (attempt) attempt.error = "expired";
    failJob(world, job, job.step, "expired", hadTask(job));
  }
}

function giveUpCopies(world: World): void {
  for (const job of live(world).filter(({ status }) => status === "processing")) {
    for (const attempt of job.attempts) {
      const isOld = attempt.word === "succeeded" &&
        attempt.wordAt < world.now - SECONDS.copying;
      if (isOld) giveUpOutput(world, job, attempt, "output_unavailable");
    }
  }
}

function endTaskLives(world: World): void {
  for (const job of live(world)) {
    const attempt = runningAttempt(job);
    if (!attempt || attempt.submits === 0 || job.lane === "outside") continue;
    if (hasSuccess(job) || attempt.phase === "produced") continue;
    if (attempt.submittedFirstAt! < world.now - Math.max(SECONDS.taskLife, 2 * SECONDS.timeout)) {
      giveUp(world, job, attempt, isInDoubt(attempt) ? "submit_unknown" : "deadline_exceeded");
    }
  }
  endOverdueCancels(world);
}

const reap = move<unknown, Call>({
  weight: 4,
  params: fc.constant({}),
  choose: () => ({ kind: "reap" }),
  apply(world) {
    world.isDispatchPutOff = true;
    endLeases(world);
    giveUpOverdue(world);
    endExpired(world);
    giveUpCopies(world);
    endTaskLives(world);
    world.isDispatchPutOff = false;
    for (const lane of LANE_NAMES) dispatch(world, lane);
    return undefined;
  },
});

const tick = move<unknown, Call>({
  weight: 2,
  params: fc.constant({}),
  choose: () => ({ kind: "tick" }),
  apply(world) {
    for (const lane of LANE_NAMES) if (lane !== "outside") dispatch(world, lane);
    return undefined;
  },
});

const jump = move<{ after: number }, Call & { after: number }>({
  weight: 8,
  params: fc.record({ after: fc.constantFrom(10, 60, 160, 160, 2400, 2400, 8 * 3600, 25 * 3600) }),
  choose: (_world, { after }) => ({ kind: "jump", after }),
  apply: jumpBy,
});

function jumpBy(world: World, { after }: { after: number }): null {
  world.now += after;
  // A submit is aborted when its lease ends.
  for (const sender of world.senders) {
    if (sender.heard === "nothing" && sender.until < world.now) sender.heard = "lost";
  }
  return null;
}

/** The moments at which something begins to be possible, the next first. */
function momentsOf(world: World): number[] {
  const afterLease = SECONDS.senderGrace + 1;
  const moments = [
    ...world.cancels.filter(({ how }) => how === null)
      .flatMap((row) => [row.endsAt, row.submitUntil + afterLease, row.noneAt + SECONDS.noneEvery]),
    ...live(world).flatMap((job) => [
      job.runAt ? Math.ceil(job.runAt.to) : 0,
      (job.deadline ?? 0) + 1,
      ...job.attempts.filter(({ outcome }) => outcome === null).flatMap((it) => [
        it.submitUntil + 1,
        it.submitUntil + afterLease,
        it.noneAt + SECONDS.noneEvery,
        (it.leasedUntil ?? 0) + 1,
      ]),
    ]),
  ];
  return [...new Set(moments)].filter((at) => at > world.now && isFinite(at)).sort((x, y) => x - y);
}

/** Waits for one of the next moments at which something begins to be possible. */
const waits = move<{ pick: number }, Call & { after: number }>({
  weight: 9,
  params: fc.record({ pick: fc.nat({ max: 2 }) }),
  choose(world, { pick }) {
    const at = oneOf(momentsOf(world).slice(0, 3), pick);
    return at === null ? null : { kind: "jump", after: at - world.now };
  },
  apply: jumpBy,
});

export const clock: Record<string, Move> = { reap, tick, jump, waits };
