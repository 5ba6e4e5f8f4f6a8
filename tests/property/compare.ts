/** Lays what the engine did beside what the model says, operation by operation. */
import assert from "node:assert/strict";
import { apply, type Circumstances, Refusal } from "./engine_model.ts";
import type { Operation, Sequence } from "./operations.ts";
import { begin, type Job, type Message, type World } from "./state.ts";

type Row = [job: number, attempt: number, kind: Message["kind"], wait: number, isRead: boolean];

interface SeenJob {
  n: number;
  id: string;
  /** Rises with each statement that changed a job. */
  touched: number;
  seen: Record<string, unknown>;
  runAt: number | null;
  steps: string[];
}

/** What `property.play` tells of one operation: its outcome, the jobs it changed, and all else there is. */
export interface Observation {
  skipped?: true;
  job?: number | null;
  attempt?: number | null;
  result?: unknown;
  error?: string;
  message?: string;
  /** The rules that hold whatever was done, and did not. */
  broken: string[];
  jobs: SeenJob[];
  attempts: unknown[];
  slots: unknown[];
  balances: number[];
  work: Row[];
  settle: Row[];
  dead: number[];
}

/** Checks a play of a sequence; throws at the first operation after which engine and model differ, or a rule is broken. */
export function comparePlay(sequence: Sequence, observations: Observation[]): void {
  assert.equal(observations.length, sequence.operations.length);
  let world = begin(sequence);
  const jobs = new Map<number, SeenJob>();
  for (const [i, operation] of sequence.operations.entries()) {
    const seen = observations[i]!;
    const told = `operation ${i + 1}, ${JSON.stringify(operation)}${
      seen.message ? `, ended with "${seen.message}"` : ""
    }`;
    assert.deepEqual(seen.broken, [], `Rules are broken after ${told}`);
    for (const job of seen.jobs) jobs.set(job.n, job);
    const before = structuredClone(world);
    const expected = expectedOutcome(world, operation, seen, jobs);
    if (expected.error) world = before;
    adoptChance(world, jobs);
    same({ result: seen.result, error: seen.error }, expected, `The answer of ${told}`);
    same(observedState(seen, jobs), expectedState(world), `The state after ${told}`);
    world.settle = inOrderOf(seen.settle, world);
  }
}

function expectedOutcome(world: World, operation: Operation, seen: Observation, jobs: Map<number, SeenJob>) {
  if (seen.skipped) return { result: undefined, error: undefined };
  const at: Circumstances = {
    job: seen.job ?? null,
    attempt: seen.attempt ?? null,
    // A job that the engine refused to make has none there: it would have come after those that there are.
    id: (n) => jobs.get(n)?.id ?? `~${String(n).padStart(6, "0")}`,
    touched: (n) => jobs.get(n)?.touched ?? 0,
  };
  try {
    return { result: apply(world, operation, at), error: undefined };
  } catch (error) {
    if (error instanceof Refusal) return { result: undefined, error: error.code };
    throw error;
  }
}

/** Where chance decided when a job runs again, and decided within bounds, the model takes it as it is. */
function adoptChance(world: World, jobs: Map<number, SeenJob>): void {
  for (const job of world.jobs) {
    const runAt = jobs.get(job.n)?.runAt;
    if (job.runAt && typeof runAt === "number" && runAt >= job.runAt.from && runAt <= job.runAt.to) {
      job.runAt = { from: runAt, to: runAt };
    }
  }
}

/** Deep equality, cheap where it holds. */
function same(actual: unknown, expected: unknown, message: string): void {
  if (JSON.stringify(actual) === JSON.stringify(expected)) return;
  try {
    assert.deepEqual(actual, expected);
  } catch (error) {
    throw new Error(`${message} is not what the model says: ${(error as Error).message}`);
  }
}

function observedState(seen: Observation, jobs: Map<number, SeenJob>) {
  const { attempts, slots, balances, work, settle, dead } = seen;
  return {
    jobs: [...jobs.values()].sort((x, y) => x.n - y.n).map(({ seen, runAt, steps }) =>
      describe(seen, runAt, steps)
    ),
    attempts,
    slots: byAccount(slots as SlotRow[]),
    balances,
    work,
    settle: sorted(settle),
    dead,
  };
}

function describe(seen: Record<string, unknown>, runAt: number | null, steps: string[]) {
  const { status, step, attempt, retries, version, progress, ticket, request, failedAt, deadline } = seen;
  return {
    status,
    step,
    attempt,
    retries,
    version,
    progress,
    ticket,
    request,
    failedAt,
    deadline,
    runAt,
    steps,
  };
}

function expectedState(world: World) {
  return {
    jobs: world.jobs.map((job: Job) =>
      describe({ ...job, attempt: job.attempts.length }, job.runAt?.from ?? null, job.steps)
    ),
    attempts: world.jobs.flatMap((job) =>
      job.attempts.map((
        a,
        i,
      ) => [job.n, i + 1, a.phase, a.outcome, a.account, a.externalId, a.submittedAt, a.polledAt])
    ),
    slots: byAccount(world.slots.map((slot): SlotRow => [slot.account, slot.job, slot.isRetiring])),
    balances: [world.balances.ana, world.balances.bo],
    work: world.work.map((message) => row(message, world.now)),
    settle: sorted(world.settle.map((message) => row(message, world.now))),
    dead: world.dead,
  };
}

type SlotRow = [account: string, job: number | null, isRetiring: boolean];

/** What counts of slots: how many an account has, who holds them, how many retire. Which of them it is does not matter. */
function byAccount(slots: SlotRow[]) {
  return ["a", "b"].map((account) => {
    const own = slots.filter(([name]) => name === account);
    return {
      slots: own.length,
      holders: own.flatMap(([, job]) => job === null ? [] : [job]).sort((x, y) => x - y),
      retiring: own.filter(([, , isRetiring]) => isRetiring).length,
    };
  });
}

function row(message: Message, now: number): Row {
  return [
    message.job,
    message.attempt,
    message.kind,
    Math.max(message.visibleAt - now, 0),
    message.isRead ?? false,
  ];
}

/** The order of questions that were sent together is the engine's own affair. */
function sorted(rows: Row[]): Row[] {
  return [...rows].sort((x, y) => JSON.stringify(x) < JSON.stringify(y) ? -1 : 1);
}

function inOrderOf(rows: Row[], world: World): Message[] {
  return rows.map(([job, attempt, kind, wait, isRead]) => ({
    job,
    attempt,
    kind,
    visibleAt: world.now + wait,
    isRead,
  }));
}
