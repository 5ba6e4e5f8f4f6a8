/** Results as people read them: markdown tables of medians and ranges. */
import type { Result } from "./rounds.ts";
import { summarise } from "./stats.ts";
import type { Verdict } from "./targets.ts";

/** A measure as a heading, its loads and a table with a row for each side and a column for each figure. */
export function measureReport({ title, sides, rounds, absent, doesNot }: Result): string {
  const of = (side: string, name: string) => rounds.flatMap(({ figures }) => figures[side]?.[name] ?? []);
  // In the order of who has most of them: what others lack stands where it belongs.
  const namesOf = (side: string) => rounds.flatMap(({ figures }) => Object.keys(figures[side] ?? {}));
  const names = new Set(sides.map(namesOf).sort((a, b) => b.length - a.length).flat());
  const rows = sides.map((side) => [
    side,
    ...[...names].map((name) => cell(of(side, name))),
    ...doesNot ? [doesNot[side] ?? ""] : [],
  ]);
  const loads = rounds.map(({ loadBefore, loadAfter }) => `${loadBefore} → ${loadAfter}`).join(", ");
  const reasons = Object.entries(absent).map(([side, reason]) => `- ${side}: ${reason}`);
  return [
    `### ${title}\n`,
    `Load before → after each round: ${loads}\n`,
    table(["", ...names, ...doesNot ? ["does not"] : []], rows),
    ...reasons.length ? ["\nWithout figures, or not in every round:\n", ...reasons] : [],
  ].join("\n");
}

/** The targets as a table. */
export function targetReport(verdicts: Verdict[]): string {
  const rows = verdicts.map(({ target, value, isMet }) => [
    target,
    value === undefined ? "–" : format(value),
    isMet === undefined ? "not measured" : isMet ? "met" : "**missed**",
  ]);
  return ["### Targets", "", table(["target", "measured", ""], rows)].join("\n");
}

/** A markdown table whose columns line up in a terminal too. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((text, i) => pad(text, widths[i] ?? 0, i)).join(" | ")} |`;
  const rule = widths.map((width, i) => i === 0 ? "-".repeat(width) : "-".repeat(width - 1) + ":");
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}

/** Median, and the range where there is one. */
function cell(values: number[]): string {
  if (values.length === 0) return "–";
  const { median, min, max } = summarise(values);
  const range = min === max ? "" : ` (${format(min)}–${format(max)})`;
  return format(median) + range;
}

/** Three significant digits below a hundred, whole numbers above; 12,345 with its comma. */
export function format(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return value.toPrecision(value < 1 ? 2 : 3);
}
