import assert from "node:assert/strict";
import fc from "fast-check";
import { secondsOf } from "./interval.ts";

Deno.test("an interval is read in seconds, days, fractions and a minus included", () => {
  for (
    const [text, seconds] of [
      ["00:00:00", 0],
      ["00:00:01.5", 1.5],
      ["-00:00:02.25", -2.25],
      ["1 day", 86_400],
      ["2 days 01:00:00", 176_400],
      ["-1 days -00:00:01", -86_401],
      ["400:00:00", 1_440_000],
    ] as const
  ) assert.equal(secondsOf(text), seconds, text);
});

Deno.test("what is no interval is none", () => {
  for (const text of ["", "soon", "1", "00:00", "P1D", "1 day 2", "00:00:00 "]) {
    assert.equal(secondsOf(text), null, text);
  }
});

Deno.test("an interval is what was written, whatever its length", () => {
  const part = fc.integer({ min: 0, max: 59 });
  fc.assert(fc.property(fc.integer({ min: 0, max: 99_999 }), part, part, (hours, minutes, seconds) => {
    const two = (number: number) => String(number).padStart(2, "0");
    assert.equal(
      secondsOf(`${two(hours)}:${two(minutes)}:${two(seconds)}`),
      hours * 3600 + minutes * 60 + seconds,
    );
  }));
});
