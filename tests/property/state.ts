/** The model's state: what the engine should have in its tables, and what is so outside, as plain objects. Times are seconds since the play began. */
import type { AccountName, LaneName, ToolName, User } from "./catalog.ts";

export type Status = "pending" | "processing" | "completed" | "failed" | "cancelled";
export type Word = "succeeded" | "failed";
export type How = "never_existed" | "stopped" | "failed" | "succeeded" | "unknown";

export interface Attempt {
  number: number;
  /** With the job's number the name of its token. */
  dispatch: number;
  account: AccountName;
  phase: "dispatched" | "submitting" | "submitted" | "settling" | "produced" | "finished";
  outcome: string | null;
  error: string | null;
  externalId: string | null;
  submits: number;
  submitUntil: number;
  submittedFirstAt: number | null;
  neverExisted: boolean;
  nones: number;
  noneAt: number;
  word: Word | null;
  wordAt: number;
  /** In the pull lane. */
  leasedUntil: number | null;
  /** Rises with each start: messages are read in that order. */
  started: number;
}

export interface Job {
  n: number;
  /** The engine's id, for it breaks ties in the order. */
  id: string;
  user: User;
  tool: ToolName;
  lane: LaneName;
  cost: number;
  maxAttempts: number;
  priority: number;
  key: string | null;
  /** What was asked for: a key stands for that. */
  wish: string;
  retriedFrom: number | null;
  status: Status;
  step: string;
  failedAt: string | null;
  error: string | null;
  refund: "none" | "due" | "paid" | "withheld";
  refundable: boolean;
  retries: number;
  attempt: number;
  dispatches: number;
  waits: number;
  progress: number | null;
  ticket: number;
  request: string | null;
  /** When it is due: exactly then if both are the same, sometime between them where chance has a say. */
  runAt: { from: number; to: number } | null;
  deadline: number | null;
  startBy: number;
  expiresAt: number;
  attempts: Attempt[];
  events: string[];
  /** Its user has been deleted. */
  isGone: boolean;
}

export interface Slot {
  account: AccountName;
  /** The attempt that holds it: its job's number and its dispatch. */
  holder: [job: number, dispatch: number] | null;
  isRetiring: boolean;
}

/** A row of the outbox of cancels. */
export interface Cancel {
  job: number;
  dispatch: number;
  attempt: number;
  user: User;
  lane: LaneName;
  account: AccountName;
  reason: string;
  externalId: string | null;
  acceptedId: string | null;
  submits: number;
  submitUntil: number;
  nones: number;
  noneAt: number;
  endsAt: number;
  how: How | null;
}

/** What a provider, or a worker outside, is really at. The engine knows nothing of it but what it is told. */
export interface Task {
  id: string;
  job: number;
  dispatch: number;
  state: "alive" | "succeeded" | "failed" | "stopped";
  /** There is a webhook to be delivered. */
  isToTell: boolean;
  /** The provider was asked to stop it, and may or may not. */
  isAsked: boolean;
}

/** A worker that has passed the checkpoint and not told yet what came of it. */
export interface Sender {
  job: number;
  dispatch: number;
  /** It aborts its submit then. */
  until: number;
  /** lost: it has aborted, and its request may still be on its way. */
  heard: "nothing" | "lost" | "accepted" | "refused";
  task: string | null;
}

export interface Lane {
  pausedUntil: number;
  maxActive: number;
  maxWaiting: number;
  /** Counted refunds in a window, after which a user creates no more here. */
  maxRefunds: number;
  /** Starts allowed in any minute. */
  rate: number;
  starts: number[];
  cancelRefund: "confirmed" | "always" | "never";
  failures: number;
  openedAt: number | null;
  probeAt: number;
  /** Virtual time by priority. */
  clocks: Record<number, number>;
  /** Last ticket by user and priority. */
  tickets: Record<string, number>;
}

export interface World {
  now: number;
  jobs: Job[];
  slots: Slot[];
  cancels: Cancel[];
  /** Until when an account is paused. */
  paused: Partial<Record<AccountName, number>>;
  removed: AccountName[];
  deleted: User[];
  balances: Record<User, number>;
  lanes: Record<LaneName, Lane>;
  /** Refunds that count towards what a user may be refunded in a window. */
  refunds: { user: User; at: number }[];
  tasks: Task[];
  senders: Sender[];
  started: number;
  /** Whoever ends many jobs at once dispatches when all have ended. */
  isDispatchPutOff: boolean;
  /** Tasks whose end nobody waits for any more, and who has decided that. */
  excused: string[];
}

export function attemptOf(world: World, job: number, dispatch: number): Attempt | undefined {
  return world.jobs[job]?.attempts.find((attempt) => attempt.dispatch === dispatch);
}

export function cancelOf(world: World, job: number, dispatch: number): Cancel | undefined {
  return world.cancels.find((row) => row.job === job && row.dispatch === dispatch && row.how === null);
}

/** The attempt that a job is at. */
export function runningAttempt(job: Job): Attempt | undefined {
  return job.status === "processing"
    ? job.attempts.find(({ number, outcome }) => number === job.attempt && outcome === null)
    : undefined;
}

export function isOpen(job: Job): boolean {
  return !job.isGone && (job.status === "pending" || job.status === "processing");
}

export function hasSuccess(job: Job): boolean {
  return job.attempts.some(({ word }) => word === "succeeded");
}

/** Tasks of an attempt, whatever became of them. */
export function tasksOf(world: World, job: number, dispatch: number): Task[] {
  return world.tasks.filter((task) => task.job === job && task.dispatch === dispatch);
}
