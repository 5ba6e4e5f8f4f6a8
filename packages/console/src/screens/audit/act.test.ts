import { expect, test } from "vitest";
import { actsFilterOf, countsOf, inOneLine } from "./act.ts";

const ID = "01a21d17-aea4-70c5-9f71-c755ed6f20a0";

test("an address becomes the filter that SQL takes, and what is no id names nothing yet", () => {
  expect(actsFilterOf({})).toEqual({});
  expect(actsFilterOf({ actor: ID, action: "pause", about: ` ${ID}`, run: ID, act: "9" }))
    .toEqual({ actor: ID, action: "pause", about: ID, run_id: ID });
  expect(actsFilterOf({ actor: "sue", about: ID.slice(1) })).toEqual({});
});

test("how many an act was for is told where it was counted", () => {
  expect(countsOf({ counts: { matched: 5, qualified: 3, skipped: {} } })).toEqual({
    matched: 5,
    qualified: 3,
  });
  expect(countsOf({ counts: { was: "support" } })).toBeNull();
});

test("a filter on one line keeps its texts and numbers", () => {
  expect(inOneLine('{\n    "lane": "fal",\n    "for": "30 minutes"\n}')).toBe(
    'lane: "fal", for: "30 minutes"',
  );
  expect(inOneLine('{\n    "amount": 9007199254740993\n}')).toBe("amount: 9007199254740993");
  expect(inOneLine("{\n}")).toBe("");
});
