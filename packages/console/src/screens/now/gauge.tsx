/** How many of a lane's slots are held. */
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import type { LaneLine } from "./lane_line.ts";
import { nowTexts } from "./texts.ts";

export function Gauge({ lane: { running, slots } }: { lane: LaneLine }) {
  const { heads } = useTexts(nowTexts);
  const [language] = useLanguage();
  const said = `${wholeIn(language, running)}/${wholeIn(language, slots)}`;
  return (
    <span className="gauge">
      <span className="figure">{said}</span>
      <meter min={0} max={Math.max(slots, 1)} value={running} aria-label={`${heads.running}: ${said}`} />
    </span>
  );
}
