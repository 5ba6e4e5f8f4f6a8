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

Deno.test("a day is counted from midnight to midnight in its zone, also when the clocks are changed", () => {
  const clock = new StoppedClock();
  const quota = new Quota("q", { limit: 2, windowMs: 86_400_000, dayIn: "America/Los_Angeles" }, clock);
  const at = (time: string) => {
    clock.at = Date.parse(time);
    return quota.take("a");
  };
  assert.deepEqual(["2026-11-01T06:59:59Z", "2026-11-01T07:00:00Z", "2026-11-01T20:00:00Z"].map(at), [
    true,
    true,
    true,
  ]);
  assert.equal(quota.standing("a").resetAt, Date.parse("2026-11-02T08:00:00Z"));
  assert.deepEqual(["2026-11-02T07:59:59Z", "2026-11-02T08:00:00Z"].map(at), [false, true]);
  assert.deepEqual([quota.views()[0]?.used, quota.views()[0]?.most, quota.views()[0]?.refused], [1, 2, 1]);
});
