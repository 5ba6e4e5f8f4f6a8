/** Users create jobs: one, many, and one again. */
import fc from "fast-check";
import { SECONDS, type ToolName, TOOLS, type User } from "../catalog.ts";
import {
  type Call,
  type Circumstances,
  mostly,
  type Move,
  move,
  type OfJob,
  oneOf,
  pick,
  Refusal,
} from "../move.ts";
import { dispatch } from "../slots.ts";
import { isOpen, type Job, type World } from "../state.ts";

interface Wish {
  tool: ToolName;
  priority: number;
  /** Seconds from now; null: at once. */
  runIn: number | null;
  /** Idempotency key. */
  key: string | null;
}

const wish = {
  tool: fc.constantFrom<ToolName>("paid", "paid", "paid", "free", "doubled", "doubled", "same", "outside"),
  priority: mostly(0, 1),
  runIn: mostly<number | null>(null, null, 60, -10),
  key: mostly<string | null>(null, null, "k1", "k2"),
};
const user = fc.constantFrom<User>("ana", "ana", "bo");

/** Refuses when the user may not have `more` further jobs waiting in the lane. */
function checkWaiting(world: World, user: User, lane: Job["lane"], more: number): void {
  const waiting = world.jobs.filter((job) =>
    isOpen(job) && job.user === user && job.lane === lane && job.status === "pending"
  );
  if (waiting.length + more > world.lanes[lane].maxWaiting) throw new Refusal("too_many_waiting");
}

/** Refuses whose tasks have been paid for, and paid back, too often of late. */
function checkRefunds(world: World, user: User, lane: Job["lane"]): void {
  const counted = world.refunds.filter((refund) =>
    refund.user === user && refund.at > world.now - SECONDS.refundWindow
  );
  if (counted.length >= world.lanes[lane].maxRefunds) throw new Refusal("too_many_refunds");
}

function make(world: World, user: User, wish: Wish, at: Circumstances, retriedFrom: number | null): Job {
  const { lane: laneName, cost, maxAttempts } = TOOLS[wish.tool];
  if (world.balances[user] < cost) throw new Refusal("insufficient_credits");
  world.balances[user] -= cost;
  const lane = world.lanes[laneName];
  const place = `${user} ${wish.priority}`;
  const ticket = Math.max((lane.tickets[place] ?? 0) + 1, (lane.clocks[wish.priority] ?? 0) + 1);
  lane.tickets[place] = ticket;
  const n = world.jobs.length;
  const runAt = wish.runIn !== null && wish.runIn > 0 ? world.now + wish.runIn : null;
  const expiresAt = (runAt ?? world.now) + SECONDS.expiresAfter;
  const job: Job = {
    n,
    id: at.id(n),
    user,
    tool: wish.tool,
    lane: laneName,
    cost,
    maxAttempts,
    priority: wish.priority,
    key: wish.key,
    wish: wishOf(world, wish),
    retriedFrom,
    status: "pending",
    step: "queued",
    failedAt: null,
    error: null,
    refund: "none",
    refundable: true,
    retries: 0,
    attempt: 0,
    dispatches: 0,
    waits: 0,
    progress: null,
    ticket,
    request: null,
    runAt: runAt === null ? null : { from: runAt, to: runAt },
    deadline: null,
    startBy: expiresAt,
    expiresAt,
    attempts: [],
    events: [],
    isGone: false,
  };
  world.jobs.push(job);
  return job;
}

function wishOf(world: World, { tool, priority, runIn }: Wish): string {
  return JSON.stringify([tool, priority, runIn === null ? null : world.now + runIn]);
}

/** The job that the user's key stands for. Refuses when it was another wish. */
function known(world: World, user: User, wish: Wish): Job | undefined {
  const same = world.jobs.find((job) =>
    !job.isGone && wish.key !== null && job.user === user && job.key === wish.key
  );
  if (same && same.wish !== wishOf(world, wish)) throw new Refusal("idempotency_conflict");
  return same;
}

const create = move<{ user: User } & Wish, Call & { user: User } & Wish>({
  weight: 5,
  params: fc.record({ user, ...wish }),
  choose: (world, params) => world.deleted.includes(params.user) ? null : { kind: "create", ...params },
  apply(world, call, at) {
    const same = known(world, call.user, call);
    if (same) return same.n;
    checkRefunds(world, call.user, TOOLS[call.tool].lane);
    checkWaiting(world, call.user, TOOLS[call.tool].lane, 1);
    const job = make(world, call.user, call, at, null);
    dispatch(world, job.lane);
    return job.n;
  },
});

const createMany = move<{ user: User; jobs: Wish[] }, Call & { user: User; jobs: (Wish & Call)[] }>({
  weight: 2,
  params: fc.record({ user, jobs: fc.array(fc.record(wish), { minLength: 1, maxLength: 3 }) }),
  choose: (world, { user, jobs }) =>
    world.deleted.includes(user)
      ? null
      : { kind: "createMany", user, jobs: jobs.map((job) => ({ kind: "wish", ...job })) },
  apply(world, { user, jobs }, at) {
    const before = world.jobs.length;
    const numbers = jobs.map((wish) => (known(world, user, wish) ?? make(world, user, wish, at, null)).n);
    const lanes = new Set(world.jobs.slice(before).map(({ lane }) => lane));
    for (const lane of lanes) checkRefunds(world, user, lane);
    for (const lane of [...lanes].sort()) dispatch(world, lane);
    for (const lane of lanes) checkWaiting(world, user, lane, 0); // what the batch leaves waiting counts
    return numbers;
  },
});

const retry = move<{ pick: number; isFit: boolean }, OfJob>({
  weight: 2,
  params: fc.record({ pick, isFit: mostly(true, false) }),
  choose(world, { pick, isFit }) {
    const job = oneOf(
      world.jobs.filter((job) =>
        !job.isGone && (!isFit || job.status === "failed" || job.status === "cancelled")
      ),
      pick,
    );
    return job && { kind: "retry", job: job.n };
  },
  apply(world, call, at) {
    const old = world.jobs[call.job]!;
    if (old.status !== "failed" && old.status !== "cancelled") throw new Refusal("not_retryable");
    const again = world.jobs.find((job) => job.retriedFrom === old.n);
    if (again) return again.n;
    checkRefunds(world, old.user, old.lane);
    checkWaiting(world, old.user, old.lane, 1);
    const wish = { tool: old.tool, priority: old.priority, runIn: null, key: null };
    const job = make(world, old.user, wish, at, old.n);
    dispatch(world, job.lane);
    return job.n;
  },
});

export const creates: Record<string, Move> = { create, createMany, retry };
