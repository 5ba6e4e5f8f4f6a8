/** In how long whoever waits is likely to have started. */
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../texts/use_texts.ts";
import { aboutIn } from "./about.ts";
import type { LaneLine } from "./lane_line.ts";
import { nowTexts } from "./texts.ts";

export function DrainWords(
  { lane: { waiting, drains_p50_ms: p50, drains_p90_ms: p90 } }: { lane: LaneLine },
) {
  const { drains, drainsTitle, drainsUnknown } = useTexts(nowTexts);
  const [language] = useLanguage();
  if (waiting === 0) return <span className="quiet">–</span>;
  if (p50 === null || p90 === null) return <span className="quiet">{drainsUnknown}</span>;
  const [half, most] = [aboutIn(language, p50), aboutIn(language, p90)];
  return <span title={drainsTitle(half, most)}>{drains(half, most)}</span>;
}
