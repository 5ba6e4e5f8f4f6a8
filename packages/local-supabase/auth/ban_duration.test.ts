import assert from "node:assert/strict";
import { banMilliseconds } from "./ban_duration.ts";

Deno.test("ban durations are read in Go's format", () => {
  const cases: [string, number][] = [
    ["none", 0],
    ["0", 0],
    ["300ms", 300],
    ["2h45m", 9_900_000],
    ["1.5s", 1500],
    [".5m", 30_000],
    ["2m3.5s", 123_500],
    ["1000us", 1],
    ["876600h", 3_155_760_000_000],
  ];
  for (const [text, expected] of cases) assert.equal(Math.round(banMilliseconds(text)), expected, text);
  for (const text of ["", "soon", "5", "1d", "1h soon", "-1h", "h"]) {
    assert.throws(() => banMilliseconds(text), { code: "validation_failed" }, text);
  }
});
