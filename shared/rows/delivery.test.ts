import assert from "node:assert/strict";
import { emptyReport, LATE_BOUNDS_MS, lateBucket } from "./delivery.ts";

Deno.test("each lateness has one bucket, the next one where it is more than a bound", () => {
  assert.deepEqual([0, 10, 11, 25, 26, 60_000, 60_001, 1e12].map(lateBucket), [0, 0, 1, 1, 2, 10, 11, 11]);
  assert.equal(lateBucket(-5), 0, "a clock that is behind makes nothing early");
  assert.equal(lateBucket(NaN), LATE_BOUNDS_MS.length);
});

Deno.test("a report counts in as many buckets as there are, and no two count in the same", () => {
  const { late } = emptyReport("realtime");
  assert.equal(late.length, LATE_BOUNDS_MS.length + 1);
  late[0] = 1;
  assert.equal(emptyReport("realtime").late[0], 0);
});
