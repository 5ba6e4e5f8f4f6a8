/** The model: what each operation should answer, and what it should change. */
import type { NewJob, Operation, User } from "./operations.ts";
import {
  type Attempt,
  change,
  dispatch,
  endAttempts,
  freeSlot,
  isDue,
  isOpen,
  type Job,
  type Message,
  SECONDS,
  setCapacity,
  type World,
} from "./state.ts";

/** What the operation's names came to in the engine, and what only it knows: the ids it gave, and the order in which it touched jobs. */
export interface Circumstances {
  job: number | null;
  attempt: number | null;
  id(n: number): string;
  touched(n: number): number;
}

/** The engine should refuse, with this code. */
export class Refusal extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** Refuses when the user may not have `more` further jobs waiting. */
function checkWaiting(world: World, user: User, more: number): void {
  const waiting = world.jobs.filter((job) => job.user === user && job.status === "pending").length;
  if (waiting + more > world.maxWaiting) throw new Refusal("too_many_waiting");
}

function create(
  world: World,
  user: User,
  wish: NewJob,
  at: Circumstances,
  retriedFrom: number | null = null,
): Job {
  const same = world.jobs.find((job) => wish.key !== null && job.user === user && job.key === wish.key);
  const asked = JSON.stringify([
    wish.tool,
    wish.priority,
    wish.runIn === null ? null : world.now + wish.runIn,
  ]);
  if (same && same.asked !== asked) throw new Refusal("idempotency_conflict");
  if (same) return same;
  const cost = wish.tool === "paid" ? 2 : 0;
  if (world.balances[user] < cost) throw new Refusal("insufficient_credits");
  world.balances[user] -= cost;
  const place = `${user} ${wish.priority}`;
  const ticket = Math.max((world.tickets[place] ?? 0) + 1, (world.clocks[wish.priority] ?? 0) + 1);
  world.tickets[place] = ticket;
  const n = world.jobs.length;
  const runAt = wish.runIn !== null && wish.runIn > 0 ? world.now + wish.runIn : null;
  const job: Job = {
    n,
    id: at.id(n),
    user,
    tool: wish.tool,
    cost,
    maxAttempts: wish.tool === "paid" ? 3 : 2,
    priority: wish.priority,
    key: wish.key,
    asked,
    retriedFrom,
    status: "pending",
    step: "queued",
    failedAt: null,
    steps: ["insert", "credits", "queue_check", "queued"],
    retries: 0,
    version: 1,
    progress: null,
    ticket,
    request: null,
    runAt: runAt === null ? null : { from: runAt, to: runAt },
    deadline: null,
    attempts: [],
    events: [],
  };
  world.jobs.push(job);
  return job;
}

/** Dispatches for a job just created. Where nobody else has a place in the order, it is starting from its first version on. */
function dispatchNew(world: World, job: Job): void {
  const isAlone = world.rate === Infinity && world.maxActive === Infinity &&
    !world.jobs.some((other) =>
      other !== job && other.status === "pending" && (!other.runAt || isDue(other, world.now))
    );
  dispatch(world);
  if (isAlone && job.status === "processing") job.version = 1;
}

function retry(world: World, old: Job, at: Circumstances): number {
  if (old.status !== "failed" && old.status !== "cancelled") throw new Refusal("not_retryable");
  const again = world.jobs.find((job) => job.retriedFrom === old.n);
  if (again) return again.n;
  const wish = { tool: old.tool, priority: old.priority, runIn: null, key: null };
  checkWaiting(world, old.user, 1);
  const job = create(world, old.user, wish, at, old.n);
  dispatchNew(world, job);
  change(job, {}); // the origin is noted
  return job.n;
}

function cancel(world: World, job: Job): string {
  if (!isOpen(job)) return job.status;
  freeSlot(world, job);
  if (job.status === "processing") {
    world.settle.push({ job: job.n, attempt: job.attempts.length, kind: "cancel", visibleAt: world.now });
    endAttempts(job, "cancelled");
  }
  world.balances[job.user] += job.cost;
  change(job, { status: "cancelled", runAt: null }, "cancelled");
  dispatch(world);
  return "cancelled";
}

function submitted(world: World, job: Job, attempt: Attempt, number: number): string {
  attempt.externalId = `task-${job.n}-${number}`;
  attempt.submittedAt = world.now;
  if (attempt.phase !== "settling" && attempt.phase !== "finished") attempt.phase = "submitted";
  if (job.status === "processing" && job.attempts.length === number) {
    change(job, { request: attempt.externalId }, job.step === "starting" ? "running" : undefined);
  }
  return job.status;
}

function webhook(
  world: World,
  job: Job,
  attempt: Attempt,
  number: number,
  event: number,
  isFinal: boolean,
): string {
  if (job.events.includes(event)) return "duplicate";
  job.events.push(event);
  attempt.externalId ??= `task-${job.n}-${number}`;
  const isCurrent = attempt.outcome === null && number === job.attempts.length;
  if (attempt.outcome === null) attempt.phase = "settling";
  if (!isOpen(job) || attempt.outcome === "succeeded") return "late";
  if (isCurrent) {
    change(job, { request: attempt.externalId }, "webhook_received");
    if (isFinal && freeSlot(world, job)) dispatch(world);
  }
  world.settle.push({ job: job.n, attempt: number, kind: null, visibleAt: world.now + SECONDS.settleLease });
  return isCurrent ? "accepted" : "stale_attempt";
}

function complete(world: World, job: Job, attempt: Attempt): string {
  if (attempt.outcome === "succeeded") return "duplicate";
  const isLate = !isOpen(job);
  Object.assign(attempt, { phase: "finished", outcome: isLate ? "orphaned" : "succeeded" });
  if (isLate) return "late";
  change(
    job,
    { status: "completed", runAt: null, progress: 100, request: attempt.externalId ?? job.request },
    "completed",
  );
  const isFree = freeSlot(world, job);
  endAttempts(job, "superseded", attempt);
  if (isFree) dispatch(world);
  return "completed";
}

type RetryClass = "never" | "backoff" | "wait" | "pause";

/** An attempt did not succeed; the caller dispatches. */
function fail(
  world: World,
  job: Job,
  attempt: Attempt,
  retryClass: RetryClass,
  after: number | null,
): string {
  if (attempt.outcome === "cancelled" || attempt.outcome === "superseded") return "late";
  // An attempt that is open is its job's last, and the job is processing: broken_rules sees to that.
  if (attempt.outcome !== null) return "duplicate";
  const { now } = world;
  freeSlot(world, job);
  attempt.phase = "finished";
  if (retryClass === "never" || (retryClass === "backoff" && job.retries + 1 >= job.maxAttempts)) {
    attempt.outcome = "failed";
    world.balances[job.user] += job.cost;
    change(job, { status: "failed", runAt: null, failedAt: job.step }, "failed");
    world.dead.push(job.n);
    return "failed";
  }
  attempt.outcome = { backoff: "retried", wait: "waited", pause: "paused" }[retryClass];
  const delay = {
    backoff: { from: after ?? 0, to: Math.max(after ?? 0, 1) },
    wait: after === null ? { from: 0.5, to: 1.5 } : { from: after, to: after },
    pause: { from: 0, to: 0 },
  }[retryClass];
  const runAt = { from: now + delay.from, to: now + delay.to };
  const retries = job.retries + (retryClass === "backoff" ? 1 : 0);
  change(job, { status: "pending", progress: null, deadline: null, runAt, retries }, "queued");
  if (retryClass === "pause") {
    world.paused[attempt.account] = Math.max(
      world.paused[attempt.account] ?? 0,
      now + (after ?? SECONDS.pause),
    );
  }
  return "retried";
}

function reap(world: World, at: Circumstances): unknown {
  const processing = world.jobs.filter((job) => job.status === "processing");
  const silent = processing.filter((job) => {
    const attempt = job.attempts.at(-1)!;
    return (attempt.phase === "submitted" || attempt.phase === "settling") &&
      (attempt.submittedAt ?? attempt.startedAt) < world.now - SECONDS.pollAfter &&
      (attempt.polledAt ?? -Infinity) < world.now - SECONDS.pollEvery &&
      !world.settle.some((message) =>
        message.kind === "poll" && !message.isRead && message.job === job.n &&
        message.attempt === job.attempts.length
      );
  });
  for (const job of silent) {
    job.attempts.at(-1)!.polledAt = world.now;
    world.settle.push({ job: job.n, attempt: job.attempts.length, kind: "poll", visibleAt: world.now });
  }
  const overdue = processing.filter((job) => job.deadline! < world.now - SECONDS.grace)
    .sort((x, y) => x.deadline! - y.deadline! || at.touched(x.n) - at.touched(y.n));
  for (const job of overdue) fail(world, job, job.attempts.at(-1)!, "backoff", null);
  dispatch(world);
  return { asked: silent.length, leases_ended: 0, given_up: overdue.length, slots_freed: 0 };
}

function receive(world: World, queue: "work" | "settle", quantity: number): unknown {
  if (queue === "work") dispatch(world);
  const read = world[queue].filter((message) => message.visibleAt <= world.now).slice(0, quantity);
  const items: unknown[] = [];
  for (const message of read) {
    const job = world.jobs[message.job]!;
    const attempt = job.attempts[message.attempt - 1]!;
    message.visibleAt = world.now + (queue === "work" ? SECONDS.lease : SECONDS.settleLease);
    message.isRead = true;
    const isToDo = message.kind === "cancel"
      ? attempt.outcome === "cancelled"
      : isOpen(job) && (attempt.outcome === null || queue === "settle");
    if (isToDo) items.push([job.n, message.attempt, attempt.phase, message.kind ?? "work"]);
    else world[queue] = world[queue].filter((other) => other !== message);
    if (queue === "work" && attempt.phase === "dispatched") attempt.phase = "submitting";
  }
  return items;
}

/** The first message of an attempt in a queue: the one that the test acknowledges. */
function messageOf(queue: Message[], job: Job, number: number): Message | undefined {
  return queue.find((message) => message.job === job.n && message.attempt === number);
}

/** Applies an operation to an attempt whose token is shown. */
function work(
  world: World,
  operation: Extract<Operation, { attempt: string }>,
  job: Job,
  at: Circumstances,
): unknown {
  const number = at.attempt ?? 0;
  const attempt = operation.attempt === "stale" ? undefined : job.attempts[number - 1];
  if (!attempt) {
    if (operation.kind === "webhook") return "unknown";
    if (operation.kind === "checkpoint") return false;
    throw new Refusal("stale_token");
  }
  const isCurrent = job.status === "processing" && number === job.attempts.length && attempt.outcome === null;
  if (operation.kind === "checkpoint") {
    const may = isCurrent && attempt.phase === "dispatched";
    if (may) attempt.phase = "submitting";
    return may;
  }
  if (operation.kind === "webhook") {
    return webhook(world, job, attempt, number, operation.event, operation.isFinal);
  }
  const queue = operation.acknowledge === "none" ? undefined : operation.acknowledge;
  const message = queue && messageOf(world[queue], job, number);
  if (operation.kind === "progress") {
    if (!isCurrent) return false;
    if (operation.percent > (job.progress ?? -1)) change(job, { progress: operation.percent });
    if (message) message.visibleAt = world.now + SECONDS.lease;
    return true;
  }
  if (queue) world[queue] = world[queue].filter((other) => other !== message);
  if (operation.kind === "submitted") return submitted(world, job, attempt, number);
  if (operation.kind === "fail") {
    const verdict = fail(world, job, attempt, operation.retryClass, operation.after);
    if (verdict === "failed" || verdict === "retried") dispatch(world);
    return verdict;
  }
  return complete(world, job, attempt);
}

/** Applies an operation to the world and returns what the engine should answer. Throws a Refusal where it should refuse: then nothing may have changed. */
export function apply(world: World, operation: Operation, at: Circumstances): unknown {
  const until = (after: number | null) => after === null ? Infinity : world.now + after;
  const job = at.job === null ? undefined : world.jobs[at.job];
  if ("attempt" in operation) return work(world, operation, job!, at);
  switch (operation.kind) {
    case "create": {
      const before = world.jobs.length;
      const { user, key } = operation;
      const isKnown = world.jobs.some((job) => key !== null && job.user === user && job.key === key);
      if (!isKnown) checkWaiting(world, user, 1);
      const job = create(world, user, operation, at);
      if (job.n === before) dispatchNew(world, job);
      return job.n;
    }
    case "createMany": {
      const before = world.jobs.length;
      const numbers = operation.jobs.map((wish) => create(world, operation.user, wish, at).n);
      if (world.jobs.length > before) {
        dispatch(world);
        checkWaiting(world, operation.user, 0); // what the batch leaves waiting counts
      }
      return numbers;
    }
    case "retry":
      return retry(world, job!, at);
    case "cancel":
      return cancel(world, job!);
    case "meddle":
      throw new Refusal("23514");
    case "refundAgain":
      return null;
    case "receive":
      return receive(world, "work", operation.quantity);
    case "receiveSettlements":
      return receive(world, "settle", operation.quantity);
    case "defer": {
      const queue = world[operation.queue];
      const message = queue[operation.message % Math.max(queue.length, 1)];
      if (message) message.visibleAt = world.now + operation.after;
      return null;
    }
    case "setCapacity":
      setCapacity(world, operation.account, operation.capacity);
      return null;
    case "pauseAccount":
      world.paused[operation.account] = until(operation.after);
      return null;
    case "resumeAccount":
      world.paused[operation.account] = 0;
      return dispatch(world);
    case "pauseLane":
      world.lanePausedUntil = until(operation.after);
      return null;
    case "resumeLane":
      world.lanePausedUntil = 0;
      return dispatch(world);
    case "tick":
      dispatch(world);
      return null;
    case "reap":
      return reap(world, at);
    case "jump":
      world.now += operation.after;
      return null;
  }
}
