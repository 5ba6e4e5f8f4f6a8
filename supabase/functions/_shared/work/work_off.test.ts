import assert from "node:assert/strict";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { withClock } from "./clock_fixture.ts";
import { each, workOff } from "./work_off.ts";

const logs = recordLogs();
const inAMinute = () => Date.now() + 60_000;

/** Batches in their order, then none. */
function batches(...given: number[][]): () => Promise<number[]> {
  return () => Promise.resolve(given.shift() ?? []);
}

Deno.test("all batches are worked on, until there is none", async () => {
  const done: number[] = [];
  const work = (all: number[]) => Promise.resolve(void done.push(...all));
  assert.equal(await workOff(batches([1, 2], [3]), work, inAMinute()), 3);
  assert.deepEqual(done, [1, 2, 3]);
});

Deno.test("a slow batch holds up no other, and is waited for", async () => {
  const others = Promise.withResolvers<void>();
  const done: number[] = [];
  const work = async ([one = 0]: number[]) => {
    if (one === 1) await others.promise;
    if (one === 3) others.resolve();
    done.push(one);
  };
  await withClock(async () => {
    assert.equal(await workOff(batches([1], [2], [3]), work, inAMinute()), 3);
  });
  assert.deepEqual(done.toSorted(), [1, 2, 3]);
});

Deno.test("no more than three batches are under way", async () => {
  const end = Promise.withResolvers<void>();
  let taken = 0;
  let atEnd = 0;
  const next = () => Promise.resolve(++taken <= 4 ? [taken] : []);
  const work = async () => {
    await end.promise;
    atEnd ||= taken;
  };
  await withClock(async () => {
    const working = workOff(next, work, inAMinute());
    for (let n = 0; n < 10; n++) await new Promise<void>((resolve) => setTimeout(resolve, 1_000));
    end.resolve();
    await working;
  });
  assert.equal(atEnd, 3);
});

Deno.test("past its deadline nothing more is taken", async () => {
  assert.equal(await workOff(() => assert.fail("it was taken"), () => Promise.resolve(), Date.now()), 0);
});

Deno.test("who cannot lease any more is heard of after what is under way is done", async () => {
  let isDone = false;
  let asked = 0;
  const next = () =>
    asked++ === 0 ? Promise.resolve([1]) : Promise.reject(new TypeError("the database is away"));
  await withClock(async () => {
    const work = async () => {
      for (let n = 0; n < 5; n++) await new Promise<void>((resolve) => setTimeout(resolve, 1_000));
      isDone = true;
    };
    await assert.rejects(workOff(next, work, inAMinute()), /away/);
  });
  assert.ok(isDone);
});

Deno.test("one that throws is logged, and the others are not its concern", async () => {
  logs.length = 0;
  const done: number[] = [];
  const work = (one: number) =>
    one === 1 ? Promise.reject(new TypeError("odd")) : Promise.resolve(void done.push(one));
  await each("settle", (one: number) => ({ one }), work)([1, 2]);
  assert.deepEqual(done, [2]);
  assert.match(logs.join(), /^\[settle\] .*odd.*"one":1/);
});
