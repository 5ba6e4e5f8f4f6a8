/** Where bars stand: from the spans that SQL has measured to shares of a width. Pure. */

/** What is drawn: of which attempt, how far from the beginning, how long. */
interface Timed {
  readonly attempt: number;
  readonly from_ms: number;
  readonly ms: number;
}

export interface Bar<Span extends Timed> {
  readonly span: Span;
  /** Percent of the width. */
  readonly left: number;
  readonly width: number;
}

export interface Lane<Span extends Timed> {
  readonly attempt: number;
  readonly bars: readonly Bar<Span>[];
}

export interface Tick {
  readonly ms: number;
  readonly left: number;
}

/** A bar is never so narrow that nobody sees it, nor beyond the end. */
const LEAST = 0.4;

/** One row for each attempt, in order. */
export function lanesOf<Span extends Timed>(spans: readonly Span[], totalMs: number): Lane<Span>[] {
  const total = Math.max(1, totalMs);
  const attempts = [...new Set(spans.map(({ attempt }) => attempt))].toSorted((a, b) => a - b);
  return attempts.map((attempt) => ({
    attempt,
    bars: spans.filter((span) => span.attempt === attempt).map((span) => {
      const left = Math.min((span.from_ms / total) * 100, 100 - LEAST);
      return { span, left, width: Math.min(Math.max((span.ms / total) * 100, LEAST), 100 - left) };
    }),
  }));
}

const STEPS_MS = [
  100,
  200,
  500,
  1_000,
  2_000,
  5_000,
  10_000,
  15_000,
  30_000,
  60_000,
  120_000,
  300_000,
  600_000,
  900_000,
  1_800_000,
  3_600_000,
  7_200_000,
  21_600_000,
  43_200_000,
  86_400_000,
];

/** The marks of the scale: at round spans, four or so, the beginning among them. */
export function ticksOf(totalMs: number, most = 5): Tick[] {
  const total = Math.max(1, totalMs);
  const days = 86_400_000 * Math.ceil(total / 86_400_000 / most);
  const step = STEPS_MS.find((ms) => total / ms < most) ?? days;
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, n) => ({
    ms: n * step,
    left: (n * step / total) * 100,
  })).filter(({ left }) => left <= 96 || left === 0);
}
