import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const css = readFileSync(join(import.meta.dirname, "esteira.css"), "utf8");

/** The colours of one theme by name: `light-dark(#…, #…)` or one for both. */
function colours(theme: "light" | "dark"): ReadonlyMap<string, string> {
  const found = css.matchAll(/--esteira-([\w-]+): (?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));/g);
  return new Map(
    [...found].map((
      [, name, light, dark, both],
    ) => [name ?? "", both ?? (theme === "light" ? light : dark) ?? ""]),
  );
}

/** Contrast by WCAG 2.2, 1 to 21. */
function contrast(one: string, two: string): number {
  const [high, low] = [luminance(one), luminance(two)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const TEXT = ["text", "quiet", "accent", "good", "warn", "bad"];

test.each(["light", "dark"] as const)("text is read on every ground, and edges are seen: %s", (theme) => {
  const by = colours(theme);
  const on = (front: string, back: string) => contrast(by.get(front) ?? "", by.get(back) ?? "");
  const pairs = [
    ...TEXT.flatMap((front) => ["ground", "sunken"].map((back) => [front, back] as const)),
    ["text", "bad-ground"],
    ["quiet", "bad-ground"],
    ["on-accent", "accent-fill"],
  ] as const;
  expect(pairs.filter(([front, back]) => !(on(front, back) >= 4.5))).toEqual([]);
  expect(["accent", "edge", "bad"].filter((front) => !(on(front, "ground") >= 3))).toEqual([]);
});

test("nothing is set on the left or the right: it follows the script's direction", () => {
  const sided =
    css.match(/[^-](?:margin|padding|border|inset)?-?(?:left|right):|text-align: (?:left|right)/g) ?? [];
  expect(sided.map((rule) => rule.trim())).toEqual(["text-align: left"]); // JSON is written from left to right
});

test("who wants no motion has none", () => {
  expect(css).toContain("@media (prefers-reduced-motion: reduce)");
});

test("every class and property is Esteira's, so that none meets an app's", () => {
  expect(
    [...css.matchAll(/\.([a-z][\w-]*)(?=[\s,.:{[>)])/g)].map(([, name]) => name).filter((name) =>
      !name?.startsWith("esteira")
    ),
  ).toEqual([]);
  expect(
    [...css.matchAll(/(--[\w-]+)/g)].map(([, name]) => name).filter((name) =>
      !name?.startsWith("--esteira-")
    ),
  ).toEqual([]);
});
