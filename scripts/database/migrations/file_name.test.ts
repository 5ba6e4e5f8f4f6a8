import assert from "node:assert/strict";
import { migrationFileName, UsageError } from "./file_name.ts";

const LAST = "20261101000000_baseline.sql";
const now = new Date("2026-12-24T18:30:05.123Z");

Deno.test("a migration is named by the time and what it does", () => {
  assert.equal(migrationFileName("jobs_have_a_colour", LAST, now), "20261224183005_jobs_have_a_colour.sql");
});

Deno.test("it comes after the last one although the clock is behind", () => {
  assert.equal(
    migrationFileName("more", LAST, new Date("2025-01-01T00:00:00Z")),
    "20261101000001_more.sql",
  );
});

Deno.test("a name that is none is refused with an example", () => {
  for (const name of [undefined, "", "Add Colour", "../x", "x.sql", "2nd"]) {
    assert.throws(() => migrationFileName(name, LAST, now), (error: UsageError) => {
      assert.equal(error.code, "usage");
      assert.match(error.message, /npm run migration -- /);
      return true;
    });
  }
});
