/** Each claim can fail: one thing wrong in evidence that is right, and the claim that must not hold then. */
import assert from "node:assert/strict";
import { type Evidence, type JobAfter, judge } from "./judge.ts";

const completed: JobAfter = {
  status: "completed",
  errorCode: null,
  charges: 1,
  refunds: 0,
  openAttempts: 0,
  record: "as it was",
};
const failed: JobAfter = { ...completed, status: "failed", errorCode: "made_up", refunds: 1 };
const right: Evidence = {
  stages: [
    { name: "one", jobId: "1", ends: "completed", tasks: 1 },
    { name: "two", jobId: "2", ends: "failed", tasks: 0, hasEnded: true },
  ],
  jobs: new Map([["1", completed], ["2", failed]]),
  endedBefore: new Map([["2", "as it was"]]),
  jobCount: 2,
  tasks: new Map([["1", 1]]),
  creditDrift: [],
  undecided: [],
  busySlots: 0,
  queues: new Map([["settle_queue", 0]]),
  deadLetters: ["2"],
  effects: [],
  overwrittenRows: [],
};
const one = (changes: Partial<JobAfter>) => ({
  jobs: new Map([["1", { ...completed, ...changes }], ["2", failed]]),
});

Deno.test("an upgrade that went well has nothing against it", () => assert.deepEqual(judge(right), {}));

const WRONG: Record<string, [changes: Partial<Evidence>, ...claims: RegExp[]]> = {
  "a job that is gone": [{ jobs: new Map([["2", failed]]), jobCount: 1 }, /every job is there/],
  "a job too many": [{ jobCount: 3 }, /every job is there/],
  "a job that ended otherwise": [one({ status: "failed", errorCode: "x" }), /ended as it was to end/],
  "an attempt that is not over": [one({ openAttempts: 1 }), /ended as it was to end/],
  "an end that changed": [{ endedBefore: new Map([["2", "otherwise"]]) }, /what had ended is as it was/],
  "a job charged twice": [one({ charges: 2 }), /charged once/],
  "a refund of what was delivered": [one({ refunds: 1 }), /charged once/],
  "a task made twice": [{ tasks: new Map([["1", 2]]) }, /no provider was asked twice/],
  "a task nobody needs": [{ tasks: new Map([["1", 1], ["2", 1]]) }, /no provider was asked twice/],
  "credits that do not add up": [{ creditDrift: ["1: charged 1"] }, /credit_drift/],
  "a refund that waits": [{ undecided: ["1: its refund is due"] }, /every refund is decided/],
  "a slot that is held": [{ busySlots: 1 }, /slots are free/],
  "a message that is left": [{ queues: new Map([["settle_queue", 1]]) }, /slots are free/],
  "a dead letter that is missing": [{ deadLetters: [] }, /dead_letters/],
  "a dead letter of a completed job": [{ deadLetters: ["1", "2"] }, /dead_letters/],
  "an effect that waits": [{ effects: ["1: pending"] }, /every effect/],
  "an operator's change that is lost": [{ overwrittenRows: ["tool veste_ai"] }, /what an operator changed/],
};

Deno.test("what was made for a job that is cancelled is not given back", () => {
  const [one, two] = right.stages;
  assert.ok(one && two);
  const stages = [one, { ...two, ends: "cancelled", isWithheld: true } as const];
  const jobs = (refunds: number) =>
    new Map([["1", completed], ["2", { ...failed, status: "cancelled", refunds }]]);
  assert.deepEqual(judge({ ...right, stages, deadLetters: [], jobs: jobs(0) }), {});
  assert.match(
    Object.keys(judge({ ...right, stages, deadLetters: [], jobs: jobs(1) })).join(),
    /charged once/,
  );
});

for (const [what, [changes, ...claims]] of Object.entries(WRONG)) {
  Deno.test(`it does not pass: ${what}`, () => {
    const found = Object.keys(judge({ ...right, ...changes }));
    assert.equal(found.length, claims.length, found.join("; "));
    for (const claim of claims) assert.ok(found.some((name) => claim.test(name)), found.join("; "));
  });
}
