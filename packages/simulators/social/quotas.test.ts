import assert from "node:assert/strict";
import fc from "fast-check";
import { Clock } from "./clock.ts";
import { Quota } from "./quotas.ts";

/** A clock that stands still unless it is told. */
class StoppedClock extends Clock {
  at = 0;
  override now(): number {
    return this.at;
  }
}

Deno.test("no window ever holds more than the limit, and what is left is told exactly", () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 })), fc.integer({ min: 1, max: 5 }), (gaps, limit) => {
      const clock = new StoppedClock();
      const quota = new Quota("q", { limit, windowMs: 50 }, clock);
      const taken: number[] = [];
      for (const gap of gaps) {
        clock.at += gap;
        const within = taken.filter((at) => at > clock.at - 50);
        const { remaining, resetAt } = quota.standing("a");
        assert.equal(remaining, limit - within.length);
        if (within[0] !== undefined) assert.equal(resetAt, within[0] + 50);
        assert.equal(quota.take("a"), within.length < limit);
        if (within.length < limit) taken.push(clock.at);
      }
      for (const from of taken) assert.ok(taken.filter((at) => at >= from && at < from + 50).length <= limit);
      const [view] = quota.views();
      assert.ok(
        gaps.length === 0 || (view && view.most <= limit && view.refused === gaps.length - taken.length),
      );
    }),
  ));

Deno.test("each scope has its own", () => {
  const quota = new Quota("q", { limit: 1, windowMs: 50 }, new StoppedClock());
  assert.deepEqual([quota.take("a"), quota.take("b"), quota.take("a")], [true, true, false]);
});
