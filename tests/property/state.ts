/** The model's state: what the engine should have in its tables, as plain objects. Times are seconds since the play began. */
import type { Sequence, User } from "./operations.ts";

export type Status = "pending" | "processing" | "completed" | "failed" | "cancelled";

export interface Attempt {
  phase: "dispatched" | "submitting" | "submitted" | "settling" | "finished";
  outcome: string | null;
  account: string;
  externalId: string | null;
  startedAt: number;
  submittedAt: number | null;
  polledAt: number | null;
}

export interface Job {
  n: number;
  /** The engine's id, for it breaks ties in the order. */
  id: string;
  user: User;
  tool: "paid" | "free";
  cost: number;
  maxAttempts: number;
  priority: number;
  key: string | null;
  /** What was asked for with the key. */
  asked: string;
  retriedFrom: number | null;
  status: Status;
  step: string;
  failedAt: string | null;
  steps: string[];
  retries: number;
  version: number;
  progress: number | null;
  ticket: number;
  request: string | null;
  /** When it is due: exactly then if both are the same, sometime between them where chance has a say. */
  runAt: { from: number; to: number } | null;
  deadline: number | null;
  attempts: Attempt[];
  events: number[];
}

export interface Slot {
  account: string;
  /** The number of the job that holds it. */
  job: number | null;
  isRetiring: boolean;
}

export interface Message {
  job: number;
  attempt: number;
  kind: "poll" | "cancel" | null;
  visibleAt: number;
  isRead?: boolean;
}

export interface World {
  now: number;
  jobs: Job[];
  slots: Slot[];
  /** Until when an account is paused. */
  paused: Record<string, number>;
  lanePausedUntil: number;
  balances: Record<User, number>;
  /** Virtual time by priority. */
  clocks: Record<number, number>;
  /** Last ticket by user and priority. */
  tickets: Record<string, number>;
  work: Message[];
  settle: Message[];
  dead: number[];
  maxActive: number;
  maxWaiting: number;
  /** Starts allowed in any minute. */
  rate: number;
  /** When jobs started. */
  starts: number[];
}

/** How long things take in the lane of the test: the defaults of lanes and tools. */
export const SECONDS = {
  lease: 120,
  settleLease: 60,
  pollAfter: 120,
  pollEvery: 60,
  timeout: 1800,
  grace: 300,
  pause: 900,
  rateWindow: 60,
};

/** The world before the first operation. */
export function begin(sequence: Sequence): World {
  const world: World = {
    now: 0,
    jobs: [],
    slots: [],
    paused: {},
    lanePausedUntil: 0,
    balances: { ana: 12, bo: 3 },
    clocks: {},
    tickets: {},
    work: [],
    settle: [],
    dead: [],
    maxActive: sequence.maxActive ?? Infinity,
    maxWaiting: sequence.maxWaiting ?? Infinity,
    rate: sequence.rate ?? Infinity,
    starts: [],
  };
  setCapacity(world, "a", sequence.a);
  setCapacity(world, "b", sequence.b);
  return world;
}

/** Grows or shrinks an account; jobs that run keep their slots, retiring where there are too many. */
export function setCapacity(world: World, account: string, capacity: number): void {
  const own = world.slots.filter((slot) => slot.account === account);
  const busy = own.filter((slot) => slot.job !== null);
  const ranked = [...busy, ...own.filter((slot) => slot.job === null)];
  ranked.forEach((slot, i) => slot.isRetiring = i >= capacity);
  world.slots = world.slots.filter((slot) => !(slot.isRetiring && slot.job === null));
  for (let i = ranked.length; i < capacity; i++) world.slots.push({ account, job: null, isRetiring: false });
}

/** Takes the job's slot from it; whether it had one. */
export function freeSlot(world: World, job: Job): boolean {
  const slot = world.slots.find((slot) => slot.job === job.n);
  if (!slot) return false;
  const surplus = world.slots.find((other) => other.account === slot.account && other.isRetiring);
  if (surplus && !slot.isRetiring) {
    // The account has a slot too many: this one goes instead of the one that was to go.
    surplus.isRetiring = false;
    slot.isRetiring = true;
  }
  if (slot.isRetiring) world.slots = world.slots.filter((other) => other !== slot);
  else slot.job = null;
  return true;
}

/** Moves a job on: a new version, perhaps a new step. */
export function change(job: Job, changes: Partial<Job>, step?: string): void {
  Object.assign(job, changes);
  job.version++;
  if (step) {
    job.step = step;
    job.steps.push(step);
  }
}

export function isOpen(job: Job): boolean {
  return job.status === "pending" || job.status === "processing";
}

/** Ends all open attempts of a job but one. */
export function endAttempts(job: Job, outcome: string, except?: Attempt): void {
  for (const attempt of job.attempts) {
    if (attempt.outcome === null && attempt !== except) {
      Object.assign(attempt, { outcome, phase: "finished" });
    }
  }
}

/** Whether the job's time has come. Throws where chance decides, which the test must avoid. */
export function isDue(job: Job, now: number): boolean {
  if (!job.runAt) return false;
  if (now < job.runAt.from || (now === job.runAt.from && job.runAt.to > now)) return false;
  if (now < job.runAt.to) throw new Error(`It is chance whether job ${job.n} is due`);
  return true;
}

/** Gives the lane's free slots to its next jobs; returns how many. */
export function dispatch(world: World): number {
  if (world.lanePausedUntil > world.now) return 0;
  for (const job of world.jobs) {
    if (job.status === "pending" && isDue(job, world.now)) change(job, { runAt: null });
  }
  const waiting = world.jobs.filter((job) => job.status === "pending" && !job.runAt)
    .sort((x, y) => y.priority - x.priority || x.ticket - y.ticket || (x.id < y.id ? -1 : 1));
  const free = world.slots.filter((slot) =>
    slot.job === null && !slot.isRetiring && (world.paused[slot.account] ?? 0) <= world.now
  );
  const started = world.starts.filter((at) => at > world.now - SECONDS.rateWindow).length;
  const active: Record<string, number> = {};
  for (const job of world.jobs) {
    if (job.status === "processing") active[job.user] = (active[job.user] ?? 0) + 1;
  }
  const next = waiting.filter((job) => (active[job.user] = (active[job.user] ?? 0) + 1) <= world.maxActive)
    .slice(0, Math.max(Math.min(free.length, world.rate - started), 0));
  for (const [i, job] of next.entries()) {
    const slot = free[i]!;
    slot.job = job.n;
    world.starts.push(world.now);
    job.attempts.push({
      phase: "dispatched",
      outcome: null,
      account: slot.account,
      externalId: null,
      startedAt: world.now,
      submittedAt: null,
      polledAt: null,
    });
    change(job, { status: "processing", progress: null, deadline: world.now + SECONDS.timeout }, "starting");
    world.work.push({ job: job.n, attempt: job.attempts.length, kind: null, visibleAt: world.now });
    world.clocks[job.priority] = Math.max(world.clocks[job.priority] ?? 0, job.ticket);
  }
  return next.length;
}
