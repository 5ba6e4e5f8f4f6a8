import { expect, test } from "vitest";
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
  expect(lanes.map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(lanes[0]?.bars.map(({ left, width }) => [left, width])).toEqual([[0, 25], [25, 25]]);
  expect(lanes[1]?.bars.map(({ left, width }) => [left, width])).toEqual([[50, 25], [75, 25]]);
});

test("what took no time can be seen, and nothing goes beyond the end", () => {
  for (const total of [0, 1, 1_000, 86_400_000]) {
    const bars = lanesOf([span(1, "webhook", total, 0), span(1, "copy", 0, total * 2)], total).flatMap((
      lane,
    ) => lane.bars);
    for (const { left, width } of bars) {
      expect(width > 0 && left >= 0 && left + width <= 100.000_001, `${left} + ${width} of ${total}`).toBe(
        true,
      );
    }
  }
});

test("the scale has a few marks at round spans, whatever the length", () => {
  for (const total of [0, 90, 1_500, 61_000, 3_600_000, 100_000_000, 3e9, 3e11]) {
    const ticks = ticksOf(total);
    expect(ticks[0]?.ms).toBe(0);
    expect(ticks.length <= 6, `${ticks.length} marks for ${total}`).toBe(true);
    expect(ticks.every(({ left }) => left >= 0 && left <= 100)).toBe(true);
  }
  expect(ticksOf(61_000).map(({ ms }) => ms)).toEqual([0, 15_000, 30_000, 45_000]);
});
