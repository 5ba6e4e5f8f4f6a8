/** What the property test does to the engine: operations as data, and random sequences of them. */
import fc from "fast-check";

type Account = "a" | "b";
type Tool = "paid" | "free";
export type User = "ana" | "bo";

/** One job to create. */
export interface NewJob {
  tool: Tool;
  priority: number;
  /** Seconds from now; null: at once. */
  runIn: number | null;
  /** Idempotency key. */
  key: string | null;
}

/** Names a job by its number modulo the jobs there are, among those of a kind if there are any. */
interface OfJob {
  job: number;
  among: "all" | "processing" | "ended" | "retryable";
}

/** Names one of the job's attempts; stale: shows a token of none. */
interface OfAttempt extends OfJob {
  attempt: "current" | "older" | "stale";
}

/** A message of the attempt that is acknowledged with the operation. */
interface WithMessage {
  acknowledge: "none" | "work" | "settle";
}

/** One call of the engine, or one event outside. Durations (`after`) are seconds; null: the default of the function. */
export type Operation =
  | ({ kind: "create"; user: User } & NewJob)
  | { kind: "createMany"; user: User; jobs: NewJob[] }
  | ({ kind: "retry" | "cancel" | "refundAgain" } & OfJob)
  | ({ kind: "meddle"; how: "reopen" | "forget" } & OfJob)
  | ({ kind: "checkpoint" } & OfAttempt)
  | ({ kind: "submitted" | "complete" } & OfAttempt & WithMessage)
  | ({ kind: "progress"; percent: number } & OfAttempt & WithMessage)
  | ({ kind: "webhook"; event: number; isFinal: boolean } & OfAttempt)
  | (
    & { kind: "fail"; retryClass: "never" | "backoff" | "wait" | "pause"; after: number | null }
    & OfAttempt
    & WithMessage
  )
  | { kind: "receive" | "receiveSettlements"; quantity: number }
  | { kind: "defer"; queue: "work" | "settle"; message: number; after: number }
  | { kind: "setCapacity"; account: Account; capacity: number }
  | { kind: "pauseAccount"; account: Account; after: number | null }
  | { kind: "resumeAccount"; account: Account }
  | { kind: "pauseLane"; after: number | null }
  | { kind: "resumeLane" | "tick" | "reap" }
  | { kind: "jump"; after: number };

/** Operations played one after the other in a lane that begins with these limits. */
export interface Sequence {
  /** Slots of the two accounts. */
  a: number;
  b: number;
  /** Limits for each user; null: none. */
  maxActive: number | null;
  maxWaiting: number | null;
  /** Starts in any minute; null: any number. */
  rate: number | null;
  operations: Operation[];
}

/** `value` more often than not, else one of the rest. */
function mostly<T>(value: T, ...rest: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 3 * rest.length, arbitrary: fc.constant(value) }, {
    weight: rest.length,
    arbitrary: fc.constantFrom(...rest),
  });
}

const account = fc.constantFrom<Account>("a", "b");
const job = fc.nat({ max: 5 });
const pause = fc.constantFrom(null, 60, 600);
const newJob = {
  tool: mostly<Tool>("paid", "free"),
  priority: mostly(0, 1),
  runIn: mostly<number | null>(null, 60, -10),
  key: mostly<string | null>(null, "k1", "k2"),
};
const ofJob = { job, among: fc.constantFrom<OfJob["among"]>("all", "all", "processing") };
const ofAttempt = {
  job,
  among: mostly<OfJob["among"]>("processing", "all"),
  attempt: mostly<OfAttempt["attempt"]>("current", "older", "stale"),
};
const withMessage = { acknowledge: fc.constantFrom<WithMessage["acknowledge"]>("none", "work", "settle") };
const user = fc.constantFrom<User>("ana", "bo");
const quantity = fc.integer({ min: 1, max: 3 });

const creation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constant("create" as const),
  user,
  ...newJob,
});

const choices: [weight: number, arbitrary: fc.Arbitrary<Operation>][] = [
  [4, creation],
  [
    2,
    fc.record({
      kind: fc.constant("createMany"),
      user,
      jobs: fc.array(fc.record(newJob), { minLength: 1, maxLength: 3 }),
    }),
  ],
  [2, fc.record({ kind: fc.constant("retry"), job, among: mostly<OfJob["among"]>("retryable", "all") })],
  [2, fc.record({ kind: fc.constant("cancel"), ...ofJob })],
  [2, fc.record({ kind: fc.constant("refundAgain"), job, among: fc.constant("retryable") })],
  [
    2,
    fc.record({
      kind: fc.constant("meddle"),
      how: fc.constantFrom("reopen", "forget"),
      job,
      among: fc.constant("ended"),
    }),
  ],
  [2, fc.record({ kind: fc.constant("checkpoint"), ...ofAttempt })],
  [3, fc.record({ kind: fc.constant("submitted"), ...ofAttempt, ...withMessage })],
  [3, fc.record({ kind: fc.constant("complete"), ...ofAttempt, ...withMessage })],
  [
    2,
    fc.record({
      kind: fc.constant("progress"),
      percent: fc.constantFrom(0, 50, 100),
      ...ofAttempt,
      ...withMessage,
    }),
  ],
  [
    4,
    fc.record({
      kind: fc.constant("webhook"),
      event: fc.nat({ max: 1 }),
      isFinal: mostly(true, false),
      ...ofAttempt,
    }),
  ],
  [
    5,
    fc.record({
      kind: fc.constant("fail"),
      retryClass: fc.constantFrom("never", "backoff", "backoff", "wait", "pause"),
      after: fc.constantFrom(null, 0, 60),
      ...ofAttempt,
      ...withMessage,
    }),
  ],
  [4, fc.record({ kind: fc.constant("receive"), quantity })],
  [2, fc.record({ kind: fc.constant("receiveSettlements"), quantity })],
  [
    1,
    fc.record({
      kind: fc.constant("defer"),
      queue: fc.constantFrom("work", "settle"),
      message: fc.nat({ max: 3 }),
      after: fc.constantFrom(0, 60),
    }),
  ],
  [3, fc.record({ kind: fc.constant("setCapacity"), account, capacity: fc.nat({ max: 3 }) })],
  [1, fc.record({ kind: fc.constant("pauseAccount"), account, after: pause })],
  [1, fc.record({ kind: fc.constant("resumeAccount"), account })],
  [1, fc.record({ kind: fc.constant("pauseLane"), after: pause })],
  [1, fc.record({ kind: fc.constant("resumeLane") })],
  [2, fc.record({ kind: fc.constant("tick") })],
  [3, fc.record({ kind: fc.constant("reap") })],
  [4, fc.record({ kind: fc.constant("jump"), after: fc.constantFrom(10, 60, 150, 2400) })],
] as [number, fc.Arbitrary<Operation>][];

const anything = fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/** Sequences of 5 to 15 operations, of which the first create jobs: without any there is little to do. */
export const sequences: fc.Arbitrary<Sequence> = fc.record({
  a: mostly(1, 0, 2),
  b: fc.integer({ min: 0, max: 1 }),
  maxActive: mostly<number | null>(null, 1, 2),
  maxWaiting: mostly<number | null>(null, 2, 3),
  rate: mostly<number | null>(null, 1, 3),
  operations: fc.tuple(
    fc.array(creation, { minLength: 1, maxLength: 3, size: "max" }),
    fc.array(anything, { minLength: 4, maxLength: 12, size: "max" }),
  ).map((parts) => parts.flat()),
});
