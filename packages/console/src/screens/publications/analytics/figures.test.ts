import { expect, test } from "vitest";
import { type Figures, periodOf, rowsOf } from "./figures.ts";

const figures: Figures = {
  ended: 1,
  published: 1,
  failed: 0,
  cancelled: 0,
  unknown: 0,
  dead: 0,
  success: 1,
  retries: 0,
  ms_from_due: { p50: 1, p95: 1 },
  ms_from_start: { p50: 1, p95: 1 },
};

test("a platform comes before its options, and one that has a single option is that option", () => {
  const rows = rowsOf({
    platforms: [{ ...figures, platform: "instagram" }, { ...figures, platform: "x" }],
    options: [
      { ...figures, platform: "instagram", option: "instagram_feed" },
      { ...figures, platform: "instagram", option: "instagram_reel" },
      { ...figures, platform: "x", option: "x_post" },
    ],
  });
  expect(rows.map(({ platform, option }) => [platform, option])).toEqual([
    ["instagram", null],
    ["instagram", "instagram_feed"],
    ["instagram", "instagram_reel"],
    ["x", "x_post"],
  ]);
});

test("a period that there is not is thirty days", () => {
  expect(periodOf("7")).toBe(7);
  for (const text of [undefined, "", "8", "7.0", "1e1"]) expect(periodOf(text)).toBe(30);
});
