/** How far a run is, in a row. */
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import type { RunLine } from "./run_line.ts";
import { runsTexts } from "./texts.ts";

export function RunBar({ run: { items, to_do, done, failed, skipped } }: { run: RunLine }) {
  const { ofThem } = useTexts(runsTexts);
  const [language] = useLanguage();
  const said = ofThem(wholeIn(language, done), wholeIn(language, items), failed + skipped);
  return (
    <span className="run-bar">
      <progress max={Math.max(items, 1)} value={items === 0 ? 1 : items - to_do} aria-label={said} />
      <span className="figure">{said}</span>
    </span>
  );
}
