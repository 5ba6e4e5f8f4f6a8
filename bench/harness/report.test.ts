import assert from "node:assert/strict";
import { format, measureReport, table, targetReport } from "./report.ts";

Deno.test("a figure is shown as precisely as it was measured", () => {
  assert.deepEqual([12345.6, 812.3, 12.34, 1.234, 0.0793, 3].map(format), [
    "12,346",
    "812",
    "12.3",
    "1.23",
    "0.079",
    "3",
  ]);
});

Deno.test("a table lines up and its first column stands left", () => {
  assert.equal(
    table(["", "jobs/s"], [["one", "1"], ["three", "12,345"]]),
    "|       | jobs/s |\n| ----- | -----: |\n| one   |      1 |\n| three | 12,345 |",
  );
});

Deno.test("a measure shows medians with their range, the loads, and why a side has no figures", () => {
  const text = measureReport({
    measure: "m",
    title: "M",
    sides: ["a", "b"],
    absent: { b: "not installed" },
    rounds: [3, 1, 2].map((p50) => ({ loadBefore: 1, loadAfter: 2, figures: { a: { "p50 ms": p50 } } })),
  });
  assert.match(text, /^### M$/m);
  assert.match(text, /1 → 2, 1 → 2, 1 → 2/);
  assert.match(text, /^\| a +\| +2 \(1–3\) \|$/m);
  assert.match(text, /^\| b +\| +– \|$/m);
  assert.match(text, /^- b: not installed$/m);
});

Deno.test("what a side leaves undone stands in the last column, where any side does", () => {
  const result = { measure: "m", title: "M", sides: ["a", "b"], absent: {}, rounds: [] };
  assert.doesNotMatch(measureReport(result), /does not/);
  const text = measureReport({ ...result, doesNot: { b: "limits" } });
  assert.match(text, /^\| +\| does not \|$/m);
  assert.match(text, /^\| a +\| +\|$/m);
  assert.match(text, /^\| b +\| +limits \|$/m);
});

Deno.test("a figure that the first side lacks stands where others have it", () => {
  const figures = { a: { x: 1, z: 3 }, b: { x: 1, y: 2, z: 3 } };
  const rounds = [{ loadBefore: 0, loadAfter: 0, figures }];
  const text = measureReport({ measure: "m", title: "M", sides: ["a", "b"], absent: {}, rounds });
  assert.match(text, /^\| +\| +x \| +y \| +z \|$/m);
});

Deno.test("a target that was not measured is neither met nor missed", () => {
  const text = targetReport([
    { target: "fast", value: 1, isMet: true, mustHold: false },
    { target: "slow", value: 9, isMet: false, mustHold: false },
    { target: "none", mustHold: false },
  ]);
  assert.match(text, /^\| fast +\| +1 \| +met \|$/m);
  assert.match(text, /^\| slow +\| +9 \| +\*\*missed\*\* \|$/m);
  assert.match(text, /^\| none +\| +– \| +not measured \|$/m);
});
