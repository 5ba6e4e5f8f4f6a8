import assert from "node:assert/strict";
import { test } from "vitest";
import { lanesOf, ticksOf } from "./gantt_layout.ts";

const span = (attempt: number, kind: string, from_ms: number, ms: number) => ({
  attempt,
  kind,
  from_ms,
  ms,
  begun_at: "2030-01-01T00:00:00Z",
  ended_at: null,
  is_open: false,
  note: null,
});

test("each attempt has a row, in order, with its bars in place", () => {
  const lanes = lanesOf([
    span(2, "waiting", 500, 250),
    span(1, "waiting", 0, 250),
    span(1, "provider", 250, 250),
    span(2, "provider", 750, 250),
  ], 1_000);
  assert.deepEqual(lanes.map(({ attempt }) => attempt), [1, 2]);
  assert.deepEqual(lanes[0]?.bars.map(({ left, width }) => [left, width]), [[0, 25], [25, 25]]);
  assert.deepEqual(lanes[1]?.bars.map(({ left, width }) => [left, width]), [[50, 25], [75, 25]]);
});

test("what took no time can be seen, and nothing goes beyond the end", () => {
  for (const total of [0, 1, 1_000, 86_400_000]) {
    const bars = lanesOf([span(1, "webhook", total, 0), span(1, "copy", 0, total * 2)], total).flatMap((
      lane,
    ) => lane.bars);
    for (const { left, width } of bars) {
      assert.ok(width > 0 && left >= 0 && left + width <= 100.000_001, `${left} + ${width} of ${total}`);
    }
  }
});

test("the scale has a few marks at round spans, whatever the length", () => {
  for (const total of [0, 90, 1_500, 61_000, 3_600_000, 100_000_000, 3e9, 3e11]) {
    const ticks = ticksOf(total);
    assert.equal(ticks[0]?.ms, 0);
    assert.ok(ticks.length <= 6, `${ticks.length} marks for ${total}`);
    assert.ok(ticks.every(({ left }) => left >= 0 && left <= 100));
  }
  assert.deepEqual(ticksOf(61_000).map(({ ms }) => ms), [0, 15_000, 30_000, 45_000]);
});
