import { expect, test } from "vitest";
import { isShown, readViews, withoutView, withView } from "./saved_views.ts";

const slow = { name: "Slow", search: { slower_than_ms: "60000" } };

test("views are kept and read again", () => {
  const views = withView(withView([], slow), { name: "Mine", search: { lane: "kie" } });
  expect(readViews(JSON.stringify(views))).toEqual(views);
});

test("a view of the same name takes the place of the other", () => {
  const again = { name: "Slow", search: { slower_than_ms: "90000" } };
  expect(withView([slow], again)).toEqual([again]);
  expect(withoutView([slow], "Slow")).toEqual([]);
});

test("what somebody else has written there is left out", () => {
  for (
    const kept of [null, "", "{", "{}", "null", '[null, 1, {"name": 1}, {"name": "x", "search": {"a": 1}}]']
  ) {
    expect(readViews(kept), String(kept)).toEqual([]);
  }
});

test("a view is shown whatever the order of its filters", () => {
  expect(isShown({ lane: "kie", tool: "image" }, { tool: "image", lane: "kie", text: "" })).toBe(true);
  expect(!isShown({ lane: "kie" }, { lane: "kie", tool: "image" })).toBe(true);
});
