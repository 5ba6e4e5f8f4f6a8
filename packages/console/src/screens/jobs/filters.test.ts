import { expect, test } from "vitest";
import { actionFilterOf, filterOf, isoOf, localOf, shownFilters } from "./filters.ts";

test("an address becomes the filter that SQL takes", () => {
  expect(filterOf({})).toEqual({});
  expect(filterOf({
    status: "failed,cancelled",
    lane: "kie",
    has_retry: "false",
    slower_than_ms: "60000",
    view: "x",
  })).toEqual({ status: ["failed", "cancelled"], lane: "kie", has_retry: false, slower_than_ms: 60_000 });
  expect(filterOf({ job_ids: "a" })).toEqual({ job_ids: ["a"] });
});

test("a text keeps its commas, blanks and digits", () => {
  expect(filterOf({ text: "a, b", path: "$.input.seed == 9007199254740993" })).toEqual({
    text: "a, b",
    path: "$.input.seed == 9007199254740993",
  });
});

test("what cannot be read is left to SQL to refuse", () => {
  expect(filterOf({ has_retry: "maybe", ran_over_ms: "long" })).toEqual({
    has_retry: "maybe",
    ran_over_ms: "long",
  });
});

test("what actions know is acted on as it is, the rest by its jobs", () => {
  expect(actionFilterOf({ lane: "kie", status: "failed" })).toEqual({ lane: "kie", status: "failed" });
  expect(actionFilterOf({ job_ids: "a,b" })).toEqual({ job_ids: ["a", "b"] });
  expect(actionFilterOf({ lane: "kie,fal" })).toBe(null);
  expect(actionFilterOf({ lane: "kie", text: "cat" })).toBe(null);
  expect(actionFilterOf({}), "everything there is, is nothing that is meant").toBe(null);
});

test("filters are listed in one order, and only those that are filled in", () => {
  expect(shownFilters({ lane: "kie", text: "cat", tool: "", other: "x" })).toEqual(["text", "lane"]);
});

test("a moment goes through a field and back", () => {
  const iso = "2026-01-02T03:04:00.000Z";
  expect(isoOf(localOf(iso))).toBe(iso);
  expect(localOf("yesterday")).toBe("");
  expect(isoOf("")).toBe("");
});
