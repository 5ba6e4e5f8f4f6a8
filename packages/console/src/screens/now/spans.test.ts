import { assert, test } from "vitest";
import { aboutIn } from "./about.ts";
import { isInUse, type LaneLine, sumOf } from "./lane_line.ts";

test("an estimate is written as roughly as it is known", () => {
  const written = [0, 400, 58_000, 59_600, 90_000, 7_140_000, 7_170_000, 3 * 3_600_000, 3 * 86_400_000]
    .map((ms) => aboutIn("en", ms));
  assert.deepEqual(written, ["0 s", "0 s", "58 s", "1 min", "2 min", "119 min", "2 h", "3 h", "3 d"]);
  assert.strictEqual(aboutIn("pt-BR", -5), "0 s");
});

test("what is not known is no part of a sum", () => {
  assert.strictEqual(sumOf([1, null, 2]), 3);
  assert.strictEqual(sumOf([]), 0);
});

test("a lane that nobody has set up and nobody waits in is not in use", () => {
  const lane = { slots: 0, running: 0, waiting: 0, scheduled: 0, paused: null, circuit: null } as LaneLine;
  assert.ok(!isInUse(lane));
  assert.ok(isInUse({ ...lane, waiting: 1 }));
  assert.ok(isInUse({ ...lane, paused: { reason: "maintenance", until: null } }));
});
