import fc from "fast-check";
import assert from "node:assert/strict";
import { nextPacificMidnight } from "./pacific_midnight.ts";

const after = (at: string) =>
  new Date(nextPacificMidnight(Date.parse(at))).toISOString().replace(".000Z", "Z");

Deno.test("the day ends at midnight in California, in winter and in summer", () => {
  assert.equal(after("2026-11-27T12:00:00Z"), "2026-11-28T08:00:00Z");
  assert.equal(after("2026-07-01T12:00:00Z"), "2026-07-02T07:00:00Z");
  assert.equal(after("2026-11-28T07:59:59Z"), "2026-11-28T08:00:00Z");
  assert.equal(after("2026-11-28T08:00:00Z"), "2026-11-29T08:00:00Z");
  assert.equal(after("2026-12-31T20:00:00Z"), "2027-01-01T08:00:00Z");
});

Deno.test("the day on which the clocks are changed has 23 hours, or 25", () => {
  assert.equal(after("2026-03-08T08:00:00Z"), "2026-03-09T07:00:00Z");
  assert.equal(after("2026-11-01T07:00:00Z"), "2026-11-02T08:00:00Z");
});

Deno.test("it is always within 25 hours, and the next one after it is another day", () => {
  const times = fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true });
  fc.assert(fc.property(times, (time) => {
    const next = nextPacificMidnight(time.getTime());
    assert.ok(next > time.getTime() && next - time.getTime() <= 25 * 3_600_000);
    const hours = (nextPacificMidnight(next) - next) / 3_600_000;
    assert.ok([23, 24, 25].includes(hours), String(hours));
  }));
});
