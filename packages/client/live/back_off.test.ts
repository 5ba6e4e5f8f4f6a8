import assert from "node:assert/strict";
import fc from "fast-check";
import { backOff, RECONNECT, REFUSED } from "./back_off.ts";

Deno.test("a wait is anything from nothing to twice the last bound, and never above the highest", () => {
  fc.assert(
    fc.property(
      fc.nat(1_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (tries, random) => {
        for (const pace of [RECONNECT, REFUSED]) {
          const wait = backOff(tries, random, pace);
          assert.ok(
            wait >= 0 && wait <= pace.most && wait <= pace.first * 2 ** Math.max(tries - 1, 0),
            `${wait}`,
          );
        }
      },
    ),
  );
  assert.equal(backOff(1, 0.5), 500);
  assert.equal(backOff(4, 0.5), 4_000);
  assert.equal(backOff(99, 0.5), 15_000);
});
