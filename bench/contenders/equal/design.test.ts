import assert from "node:assert/strict";
import { type Done, shortfalls } from "./design.ts";

const DONE: Done = { jobs: 9, over: 9, steps: 6, charges: 1, webhooks: 1, told: 4, isPaid: true };

Deno.test("nothing is wrong with a design whose jobs have all that is asked", () => {
  assert.deepEqual(shortfalls(DONE, 9, []), []);
});

Deno.test("a design that did less than was asked is told of each thing", () => {
  assert.deepEqual(shortfalls({ ...DONE, over: 8, steps: 5, isPaid: false }, 10, []), [
    "10 lives, but 9 jobs",
    "1 of 9 jobs are not over",
    "a job with 5 steps of 6",
    "the balances are not what the jobs cost",
  ]);
});

Deno.test("what a design says that it does not do is not asked of it, and all else is", () => {
  const done = { ...DONE, charges: 0, told: 3, isPaid: false };
  assert.deepEqual(shortfalls(done, 9, ["charges"]), ["a job with 3 told of 4"]);
});

Deno.test("a database without jobs is no proof of work", () => {
  const none = { ...DONE, jobs: 0, over: 0, steps: null, charges: null, webhooks: null, told: null };
  assert.notDeepEqual(shortfalls(none as unknown as Done, 0, []), []);
});
