import assert from "node:assert/strict";
import { background } from "./background.ts";
import { fakeEdgeRuntime, recordLogs } from "./fake_runtime.ts";

const edge = fakeEdgeRuntime();
const logs = recordLogs();

Deno.test("the worker is kept alive until the work is done", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isDone = false;
  background("drain", promise.then(() => void (isDone = true)));
  const idle = edge.idle();
  assert.equal(isDone, false);
  resolve();
  await idle;
  assert.equal(isDone, true);
});

Deno.test("work that fails is logged and takes nothing down", async () => {
  background("settle", Promise.reject(new RangeError("out of paper")));
  await edge.idle();
  assert.equal(logs.length, 1);
  assert.match(logs[0] ?? "", /^\[settle\] .*RangeError.*out of paper/);
});
