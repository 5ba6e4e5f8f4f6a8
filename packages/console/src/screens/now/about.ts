/** An estimate, as roughly as it is known: `40 s`, `4 min`, `3 h`, `2 d`. */
import type { Language } from "../../preferences.ts";
import { wholeIn } from "../../texts/format.ts";

const STEPS = [[60, 1, "s"], [120 * 60, 60, "min"], [48 * 3600, 3600, "h"], [Infinity, 86_400, "d"]] as const;

export function aboutIn(language: Language, ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [, size, unit] = STEPS.find(([below]) => seconds < below) ?? STEPS[3];
  return `${wholeIn(language, Math.round(seconds / size))} ${unit}`;
}
