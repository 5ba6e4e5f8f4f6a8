import assert from "node:assert/strict";
import { isAlive } from "./versions.ts";

const at = (date: string) => Date.parse(`${date}T12:00:00Z`);

Deno.test("a version lives from its month until the middle of that month a year later, as was announced", () => {
  for (
    const [version, last, gone] of [
      ["202511", "2026-11-15", "2026-11-16"],
      ["202602", "2027-02-15", "2027-02-16"],
    ] as const
  ) {
    assert.ok(isAlive(version, at(last)) && !isAlive(version, at(gone)));
  }
  assert.ok(!isAlive("202612", at("2026-11-30")) && isAlive("202612", at("2026-12-01")));
  assert.ok(isAlive("202608.01", at("2026-11-27")));
});

Deno.test("what is no month is no version", () => {
  for (const word of ["", "202613", "2026", "v202608", "202608x"]) {
    assert.ok(!isAlive(word, at("2026-11-27")));
  }
});
