/** How late something was: a live change takes milliseconds, so those are told. */
import { type Language, useLanguage } from "@esteira/preferences";
import { spanIn, wholeIn } from "../../texts/format.ts";

export function latenessIn(language: Language, ms: number): string {
  return ms < 1_000 ? `${wholeIn(language, Math.round(ms))} ms` : spanIn(language, ms);
}

export function Lateness({ ms }: { ms: number | null }) {
  const [language] = useLanguage();
  return <span className="figure">{ms === null ? "–" : latenessIn(language, ms)}</span>;
}
