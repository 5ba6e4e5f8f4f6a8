import assert from "node:assert/strict";
import { percentile, summarise } from "./stats.ts";

Deno.test("a percentile is the smallest value that covers the share", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.equal(percentile(hundred, 0.5), 50);
  assert.equal(percentile(hundred, 0.99), 99);
  assert.equal(percentile(hundred, 1), 100);
  assert.equal(percentile([7], 0.01), 7);
  assert.equal(percentile([2, 10, 9], 0.5), 9);
});

Deno.test("there is no percentile of nothing", () => {
  assert.ok(Number.isNaN(percentile([], 0.5)));
  assert.ok(Number.isNaN(summarise([]).median));
});

Deno.test("a summary is the median and the range, whatever the order", () => {
  assert.deepEqual(summarise([5, 1, 9]), { median: 5, min: 1, max: 9 });
  assert.deepEqual(summarise([4, 1, 9, 2]), { median: 3, min: 1, max: 9 });
  const values = [10, 9];
  summarise(values);
  assert.deepEqual(values, [10, 9]);
});
