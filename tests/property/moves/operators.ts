/** What operators do, and what a lane learns of its provider. */
import fc from "fast-check";
import { type AccountName, ACCOUNTS, LANE_NAMES, type LaneName, LANES } from "../catalog.ts";
import { endAttempt } from "../endings.ts";
import { requeue } from "../failing.ts";
import { change } from "../jobs.ts";
import { type Call, isCurrent, mostly, type Move, move } from "../move.ts";
import { dispatch, nextProbe, setCapacity as resize } from "../slots.ts";
import type { World } from "../state.ts";

const account = fc.constantFrom<AccountName>(...ACCOUNTS);
const lane = mostly<LaneName>("once", "twice", "same", "outside");
const pause = fc.constantFrom(null, 60, 600);
const until = (world: World, after: number | null) => after === null ? Infinity : world.now + after;
const laneOf = (account: AccountName) => LANE_NAMES.find((lane) => LANES[lane].accounts.includes(account))!;

interface OfAccount extends Call {
  account: AccountName;
}
interface OfLane extends Call {
  lane: LaneName;
}

const setCapacity = move<{ account: AccountName; capacity: number }, OfAccount & { capacity: number }>({
  weight: 2,
  params: fc.record({ account, capacity: fc.nat({ max: 3 }) }),
  choose: (world, params) =>
    world.removed.includes(params.account) ? null : { kind: "setCapacity", ...params },
  apply(world, { account, capacity }) {
    resize(world, account, capacity);
    return null;
  },
});

const pauseAccount = move<
  { account: AccountName; after: number | null },
  OfAccount & { after: number | null }
>({
  weight: 1,
  params: fc.record({ account, after: pause }),
  choose: (world, params) =>
    world.removed.includes(params.account) ? null : { kind: "pauseAccount", ...params },
  apply(world, { account, after }) {
    world.paused[account] = until(world, after);
    return null;
  },
});

const resumeAccount = move<{ account: AccountName }, OfAccount>({
  weight: 1,
  params: fc.record({ account }),
  choose: (world, params) =>
    world.removed.includes(params.account) ? null : { kind: "resumeAccount", ...params },
  apply(world, { account }) {
    world.paused[account] = 0;
    return dispatch(world, laneOf(account));
  },
});

const removeAccount = move<{ account: AccountName }, OfAccount>({
  weight: 1,
  params: fc.record({ account: mostly<AccountName>("b", "a", "c", "d", "e") }),
  choose: (world, params) =>
    world.removed.includes(params.account) ? null : { kind: "removeAccount", ...params },
  apply(world, { account }) {
    world.removed.push(account);
    world.paused[account] = Infinity;
    resize(world, account, 0);
    for (const job of world.jobs.filter(({ isGone }) => !isGone)) {
      for (const attempt of job.attempts) {
        if (attempt.account !== account || !isCurrent(job, attempt) || attempt.submits > 0) continue;
        attempt.error = "account_removed";
        endAttempt(world, job, attempt, "waited", "", false);
        requeue(world, job, "pause", { from: world.now, to: world.now }, true);
      }
    }
    dispatch(world, laneOf(account));
    return world.slots.filter((slot) => slot.account === account).length;
  },
});

const pauseLane = move<{ lane: LaneName; after: number | null }, OfLane & { after: number | null }>({
  weight: 1,
  params: fc.record({ lane, after: pause }),
  choose: (_world, params) => ({ kind: "pauseLane", ...params }),
  apply(world, { lane, after }) {
    world.lanes[lane].pausedUntil = until(world, after);
    return null;
  },
});

const resumeLane = move<{ lane: LaneName }, OfLane>({
  weight: 1,
  params: fc.record({ lane }),
  choose: (_world, params) => ({ kind: "resumeLane", ...params }),
  apply(world, { lane }) {
    world.lanes[lane].pausedUntil = 0;
    return dispatch(world, lane);
  },
});

const goesDown = move<{ lane: LaneName; times: number }, OfLane & { times: number }>({
  weight: 3,
  params: fc.record({ lane: mostly<LaneName>("once", "twice", "same"), times: mostly(3, 1) }),
  choose: (_world, params) => ({ kind: "providerDown", ...params }),
  apply(world, call) {
    const lane = world.lanes[call.lane];
    for (let i = 0; i < call.times; i++) {
      if (++lane.failures < 3) continue;
      lane.openedAt ??= world.now;
      // A probe that is still to come stays where it is, and so does one that is left to the next job.
      const isToCome = lane.probeAt >= world.now;
      const isAwaited = world.jobs.some((job) =>
        !job.isGone && job.lane === call.lane && job.status === "pending" && !job.runAt
      );
      const isLeft = lane.probeAt > -Infinity && (isToCome || isAwaited);
      if (!isLeft) lane.probeAt = nextProbe(world, lane.openedAt);
    }
    return lane.openedAt !== null;
  },
});

const comesUp = move<{ lane: LaneName }, OfLane>({
  weight: 2,
  params: fc.record({ lane: mostly<LaneName>("once", "twice", "same") }),
  choose: (_world, params) => ({ kind: "providerUp", ...params }),
  apply(world, call) {
    const lane = world.lanes[call.lane];
    const { failures, openedAt } = lane;
    if (failures === 0) return false;
    Object.assign(lane, { failures: 0, openedAt: null, probeAt: -Infinity });
    if (openedAt === null) return false;
    for (const job of world.jobs) {
      if (job.isGone || job.lane !== call.lane || job.status !== "processing" || job.deadline === null) {
        continue;
      }
      const moved = Math.max(job.deadline, world.now) + Math.min(world.now - openedAt, 24 * 3600);
      change(job, { deadline: moved });
    }
    dispatch(world, call.lane);
    return true;
  },
});

/** A worker reads messages: what they point at is checked by rule, whichever they are. */
const receive = move<{ lane: LaneName; quantity: number }, OfLane & { quantity: number }>({
  weight: 3,
  params: fc.record({ lane, quantity: fc.integer({ min: 1, max: 3 }) }),
  choose: (_world, params) => ({ kind: "receive", ...params }),
  apply(world, { lane }) {
    if (lane !== "outside") dispatch(world, lane);
    return undefined;
  },
});

const reads = move<{ queue: string; quantity: number }, Call>({
  weight: 2,
  params: fc.record({
    queue: fc.constantFrom("settle", "cancels"),
    quantity: fc.integer({ min: 1, max: 3 }),
  }),
  choose: (_world, params) => ({ kind: "reads", ...params }),
  apply: () => undefined,
});

export const operators: Record<string, Move> = {
  setCapacity,
  pauseAccount,
  resumeAccount,
  removeAccount,
  pauseLane,
  resumeLane,
  goesDown,
  comesUp,
  receive,
  reads,
};
