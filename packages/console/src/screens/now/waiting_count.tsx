/** How many wait in a lane's line, for how long the oldest has, and how many wait for a time of their own. */
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../texts/use_texts.ts";
import { Whole } from "../../ui/figures.tsx";
import { aboutIn } from "./about.ts";
import { COUNTED_TO, type LaneLine } from "./lane_line.ts";
import { nowTexts } from "./texts.ts";

export function WaitingCount({ lane: { waiting, scheduled, oldest_ms } }: { lane: LaneLine }) {
  const texts = useTexts(nowTexts);
  const [language] = useLanguage();
  return (
    <span className="waiting-count">
      <span>
        <Whole value={waiting} />
        {waiting >= COUNTED_TO && "+"}
      </span>
      {oldest_ms !== null && <span className="quiet">{texts.oldest(aboutIn(language, oldest_ms))}</span>}
      {scheduled > 0 && <span className="quiet">{texts.scheduled(scheduled)}</span>}
    </span>
  );
}
