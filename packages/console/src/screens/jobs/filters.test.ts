import { assert, test } from "vitest";
import { actionFilterOf, filterOf, isoOf, localOf, shownFilters } from "./filters.ts";

test("an address becomes the filter that SQL takes", () => {
  assert.deepEqual(filterOf({}), {});
  assert.deepEqual(
    filterOf({
      status: "failed,cancelled",
      lane: "kie",
      has_retry: "false",
      slower_than_ms: "60000",
      view: "x",
    }),
    { status: ["failed", "cancelled"], lane: "kie", has_retry: false, slower_than_ms: 60_000 },
  );
  assert.deepEqual(filterOf({ job_ids: "a" }), { job_ids: ["a"] });
});

test("a text keeps its commas, blanks and digits", () => {
  assert.deepEqual(filterOf({ text: "a, b", path: "$.input.seed == 9007199254740993" }), {
    text: "a, b",
    path: "$.input.seed == 9007199254740993",
  });
});

test("what cannot be read is left to SQL to refuse", () => {
  assert.deepEqual(filterOf({ has_retry: "maybe", ran_over_ms: "long" }), {
    has_retry: "maybe",
    ran_over_ms: "long",
  });
});

test("what actions know is acted on as it is, the rest by its jobs", () => {
  assert.deepEqual(actionFilterOf({ lane: "kie", status: "failed" }), { lane: "kie", status: "failed" });
  assert.deepEqual(actionFilterOf({ job_ids: "a,b" }), { job_ids: ["a", "b"] });
  assert.strictEqual(actionFilterOf({ lane: "kie,fal" }), null);
  assert.strictEqual(actionFilterOf({ lane: "kie", text: "cat" }), null);
  assert.strictEqual(actionFilterOf({}), null, "everything there is, is nothing that is meant");
});

test("filters are listed in one order, and only those that are filled in", () => {
  assert.deepEqual(shownFilters({ lane: "kie", text: "cat", tool: "", other: "x" }), ["text", "lane"]);
});

test("a moment goes through a field and back", () => {
  const iso = "2026-01-02T03:04:00.000Z";
  assert.strictEqual(isoOf(localOf(iso)), iso);
  assert.strictEqual(localOf("yesterday"), "");
  assert.strictEqual(isoOf(""), "");
});
