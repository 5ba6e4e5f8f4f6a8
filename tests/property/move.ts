/** What a play is made of: moves of users, operators, workers and providers, and of the clock. */
import fc from "fast-check";
import type { Attempt, Job, World } from "./state.ts";

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** One call of the engine, in the words of harness.sql; or, by `outside`, something that happens without it. */
export interface Call {
  kind: string;
  [name: string]: Json;
}

/** What the engine alone knows: the ids that it gave. */
export interface Circumstances {
  id(n: number): string;
}

/** The engine should refuse, with this code, and nothing may have changed. */
export class Refusal extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** A kind of move: how often it is chosen, and by what numbers; what they mean in a world; what it changes and answers. */
export interface Move<P = unknown, C extends Call = Call> {
  weight: number;
  params: fc.Arbitrary<P>;
  /** The call that the numbers name here; null: nothing of the kind can happen now. */
  choose(world: World, params: P): C | null;
  /** Changes the world as the contract says and returns what the engine should answer; undefined: anything. */
  apply(world: World, call: C, at: Circumstances): unknown;
  /** It happens outside: the engine hears nothing of it. */
  isOutside?: boolean;
}

/** Forgets the types of a move's numbers and call, which are its own affair. */
export function move<P, C extends Call>(it: Move<P, C>): Move {
  return it as unknown as Move;
}

export const pick: fc.Arbitrary<number> = fc.nat({ max: 11 });

/** `value` more often than not, else one of the rest. */
export function mostly<T>(value: T, ...rest: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 3 * rest.length, arbitrary: fc.constant(value) }, {
    weight: rest.length,
    arbitrary: fc.constantFrom(...rest),
  });
}

/** One of a list, by a number; null: it is empty. */
export function oneOf<T>(list: readonly T[], pick: number): T | null {
  return list.length === 0 ? null : list[pick % list.length]!;
}

export interface OfJob extends Call {
  job: number;
}

export interface OfAttempt extends Call {
  job: number;
  dispatch: number;
}

/** The job and the attempt that a call names; the attempt is undefined when its token is nobody's any more. */
export function named(
  world: World,
  { job, dispatch }: OfAttempt,
): { job: Job; attempt: Attempt | undefined } {
  const found = world.jobs[job]!;
  return {
    job: found,
    attempt: found.isGone ? undefined : found.attempts.find((attempt) => attempt.dispatch === dispatch),
  };
}

/** Attempts of which a worker may know, by a condition: their jobs' numbers and their dispatches. */
export function attemptsWhere(
  world: World,
  condition: (job: Job, attempt: Attempt) => boolean,
): { job: number; dispatch: number }[] {
  return world.jobs.flatMap((job) =>
    job.isGone ? [] : job.attempts.filter((attempt) => condition(job, attempt))
      .map(({ dispatch }) => ({ job: job.n, dispatch }))
  );
}

/** Whether a job is at this attempt. */
export function isCurrent(job: Job, attempt: Attempt): boolean {
  return job.status === "processing" && job.attempt === attempt.number && attempt.outcome === null;
}
