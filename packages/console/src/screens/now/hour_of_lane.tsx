/** What has ended in a lane, minute by minute, and what of it with an error. */
import { useTexts } from "../../texts/use_texts.ts";
import { Sparkline } from "../../ui/sparkline.tsx";
import { type LaneLine, sumOf } from "./lane_line.ts";
import { nowTexts } from "./texts.ts";

export function HourOfLane({ lane: { ended, failed } }: { lane: LaneLine }) {
  const { hour } = useTexts(nowTexts);
  const [all, bad] = [sumOf(ended), sumOf(failed)];
  return (
    <span className="hour-of-lane">
      <Sparkline values={ended} bad={failed} label={hour(all, bad)} tone={all > 0 ? "accent" : "quiet"} />
      <span className="quiet figure" aria-hidden="true">
        {all}
        {bad > 0 && <b className="is-bad">{` ${bad}✕`}</b>}
      </span>
    </span>
  );
}
