/** An estimate, as roughly as it is known: `40 s`, `4 min`, `3 h`, `2 d`. */
import type { Language } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";

const UNITS = [[1_000, 60, "s"], [60_000, 120, "min"], [3_600_000, 48, "h"], [
  86_400_000,
  Infinity,
  "d",
]] as const;

export function aboutIn(language: Language, ms: number): string {
  const whole = Math.max(0, ms);
  const [size, , unit] = UNITS.find(([size, below]) => Math.round(whole / size) < below) ?? UNITS[3];
  return `${wholeIn(language, Math.round(whole / size))} ${unit}`;
}
