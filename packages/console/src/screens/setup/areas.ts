/** The lines of the setup, grouped by what they look at, in the order in which they came. */
import type { SetupLine } from "./answers.ts";

export interface Area {
  readonly area: string;
  readonly lines: readonly SetupLine[];
  /** How many of them are wrong, or not as they should be. */
  readonly wrong: number;
}

const RANKS: Readonly<Record<string, number>> = { error: 0, warn: 1, unknown: 2, asked: 3, ok: 4 };

export function areasOf(lines: readonly SetupLine[]): readonly Area[] {
  const names = [...new Set(lines.map(({ area }) => area))];
  return names.map((area) => {
    const own = lines.filter((line) => line.area === area)
      .sort((one, other) => (RANKS[one.verdict] ?? 5) - (RANKS[other.verdict] ?? 5) || one.line - other.line);
    return { area, lines: own, wrong: own.filter(isWrong).length };
  });
}

export const isWrong = ({ verdict }: Pick<SetupLine, "verdict">): boolean =>
  verdict === "error" || verdict === "warn";
