import { expect, test } from "vitest";
import { hrefTo, patched } from "./use_filters.ts";

test("a filter that is taken away, or empty, leaves the address", () => {
  expect(patched({ lane: "fal", tool: "image" }, { lane: undefined, tool: "", status: "failed" })).toEqual({
    status: "failed",
  });
});

test("what is looked for may hold anything that an address gives a meaning", () => {
  expect(hrefTo("/jobs")).toBe("/jobs");
  const text = 'a&b=c#d?e "é" 100%';
  const [, query] = hrefTo("/jobs", { text }).split("?");
  expect(Object.fromEntries(new URLSearchParams(query))).toEqual({ text });
});
