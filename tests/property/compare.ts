/** Lays what the engine did beside what the model says. */
import assert from "node:assert/strict";
import { ACCOUNTS, LANE_NAMES } from "./catalog.ts";
import { type Call, type Move, Refusal } from "./move.ts";
import type { Cancel, Job, World } from "./state.ts";

type SlotRow = [account: string, holder: [number, number] | null, isRetiring: boolean];

/** What `property.act` tells of one call: its outcome, and all that there is. */
export interface Observation {
  result?: unknown;
  error?: string;
  message?: string;
  /** The rules that hold whatever was done, and did not. */
  broken: string[];
  ids: Record<number, string>;
  runAt: Record<number, number | null>;
  jobs: unknown[];
  attempts: unknown[];
  slots: SlotRow[];
  cancels: unknown[];
  balances: Record<string, number>;
  lanes: unknown[];
}

/** What was done, and all that was done before. */
export interface Said {
  story: string[];
  call: Call;
}

/** Does a move in the model and returns the world after it; throws where the engine has done something else. */
export function compare(world: World, { story, call }: Said, move: Move, seen: Observation): World {
  const told = `${story.join("\n")}${seen.message ? `\nwhich ended with "${seen.message}"` : ""}\n`;
  assert.deepEqual(seen.broken, [], `Rules are broken after\n${told}`);
  const before = structuredClone(world);
  let expected: { result?: unknown; error?: string };
  try {
    // A job that the engine refused to make has no id: it would have come after those that there are.
    const result = move.apply(world, call, { id: (n) => seen.ids[n] ?? `~${n}` });
    expected = { result: result === undefined && seen.error === undefined ? seen.result : result };
  } catch (error) {
    if (!(error instanceof Refusal)) throw new Error(`${(error as Error).stack}, after\n${told}`);
    expected = { error: error.code };
    world = before;
  }
  adoptChance(world, seen);
  const answer = seen.error === undefined ? { result: seen.result } : { error: seen.error };
  same(answer, expected, `The answer to the last of\n${told}`);
  same(observed(seen), expectedOf(world), `What there is after\n${told}`);
  return world;
}

/** Where chance decided when a job runs again, and decided within bounds, the model takes it as it is. */
function adoptChance(world: World, seen: Observation): void {
  for (const job of world.jobs) {
    const runAt = seen.runAt[job.n];
    if (job.runAt && typeof runAt === "number" && runAt >= job.runAt.from && runAt <= job.runAt.to) {
      job.runAt = { from: runAt, to: runAt };
    }
  }
}

function same(actual: unknown, expected: unknown, message: string): void {
  try {
    assert.deepEqual(actual, expected);
  } catch (error) {
    throw new Error(`${message}is not what the model says (+ engine, - model): ${(error as Error).message}`);
  }
}

function observed({ jobs, attempts, slots, cancels, balances, lanes, runAt }: Observation) {
  return {
    jobs,
    attempts,
    cancels,
    balances,
    lanes,
    slots: byAccount(slots),
    runAt: Object.fromEntries(Object.entries(runAt).filter(([, at]) => at !== null)),
  };
}

function expectedOf(world: World) {
  const jobs = world.jobs.filter(({ isGone }) => !isGone);
  return {
    jobs: jobs.map(jobRow),
    attempts: jobs.flatMap(attemptRows),
    cancels: [...world.cancels].sort((x, y) => x.job - y.job || x.dispatch - y.dispatch).map(cancelRow),
    balances: Object.fromEntries(
      Object.entries(world.balances).filter(([user]) => !world.deleted.some((gone) => gone === user)),
    ),
    lanes: [...LANE_NAMES].sort().map((name) => {
      const { failures, openedAt, probeAt } = world.lanes[name];
      return [name, failures, openedAt, openedAt === null ? null : probeAt];
    }),
    slots: byAccount(world.slots.map(({ account, holder, isRetiring }) => [account, holder, isRetiring])),
    runAt: Object.fromEntries(jobs.filter(({ runAt }) => runAt).map(({ n, runAt }) => [n, runAt!.from])),
  };
}

function jobRow(job: Job) {
  const { n, status, step, failedAt, error, refund, refundable, retries, attempt, dispatches, waits } = job;
  const { progress, ticket, request, deadline, startBy, expiresAt } = job;
  const how = { n, status, step, failedAt, error, refund, refundable, retries, attempt, dispatches, waits };
  return { ...how, progress, ticket, request, deadline, startBy, expiresAt };
}

function attemptRows({ n, attempts }: Job) {
  return [...attempts].sort((x, y) => x.number - y.number).map((it) => ({
    of: [n, it.number, it.dispatch],
    phase: it.phase,
    outcome: it.outcome,
    account: it.account,
    task: it.externalId,
    submits: it.submits,
    until: it.submits === 0 ? null : it.submitUntil,
    neverExisted: it.neverExisted,
    nones: it.nones,
    word: it.word,
    leasedUntil: it.leasedUntil,
  }));
}

function cancelRow(
  { job, attempt, dispatch, reason, externalId, acceptedId, submits, nones, endsAt, how }: Cancel,
) {
  return {
    of: [job, attempt, dispatch],
    reason,
    task: externalId,
    accepted: acceptedId,
    submits,
    nones,
    endsAt,
    how,
  };
}

/** What counts of slots: how many an account has, who holds them, how many retire. Which of them it is does not matter. */
function byAccount(slots: SlotRow[]) {
  return ACCOUNTS.map((account) => {
    const own = slots.filter(([name]) => name === account);
    return {
      account,
      slots: own.length,
      holders: own.flatMap(([, holder]) => holder ? [holder.join(".")] : []).sort(),
      retiring: own.filter(([, , isRetiring]) => isRetiring).length,
    };
  });
}
