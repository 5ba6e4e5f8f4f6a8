/** How many wait in a lane's line, and how many for a time of their own. */
import { useTexts } from "../../texts/use_texts.ts";
import { Whole } from "../../ui/figures.tsx";
import { COUNTED_TO, type LaneLine } from "./lane_line.ts";
import { nowTexts } from "./texts.ts";

export function WaitingCount({ lane: { waiting, scheduled } }: { lane: LaneLine }) {
  const texts = useTexts(nowTexts);
  return (
    <span className="waiting-count">
      <span>
        <Whole value={waiting} />
        {waiting >= COUNTED_TO && "+"}
      </span>
      {scheduled > 0 && <span className="quiet">{texts.scheduled(scheduled)}</span>}
    </span>
  );
}
