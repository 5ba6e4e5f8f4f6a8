/** Why a lane stands as it does: what stops it, or what its next job waits for. */
import { useTexts } from "../../texts/use_texts.ts";
import { Duration, Moment } from "../../ui/figures.tsx";
import { LevelBadge } from "../../ui/level_badge.tsx";
import { Tag } from "../../ui/tag.tsx";
import type { LaneLine } from "./lane_line.ts";
import { nowTexts } from "./texts.ts";

export function LaneState({ lane: { paused, circuit, code, level, detail } }: { lane: LaneLine }) {
  const texts = useTexts(nowTexts);
  const words = (texts.codes as Readonly<Record<string, string>>)[code];
  // What is told apart below needs no second telling.
  const isTold = (paused && code === "lane_paused") || (circuit && code === "circuit_open");
  return (
    <span className="lane-state">
      {paused && (
        <span>
          <Tag tone="warn">{texts.paused}</Tag> {paused.until
            ? (
              <>
                {texts.until} <Moment at={paused.until} />
              </>
            )
            : texts.untilResumed}: {paused.reason}
        </span>
      )}
      {circuit && (
        <span>
          <Tag tone="bad">{texts.circuit}</Tag> <Duration ms={circuit.open_ms} />: {circuit.reason}.{" "}
          <span className="quiet">
            {texts.probe} <Moment at={circuit.probe_at} />
          </span>
        </span>
      )}
      {!isTold && (
        <span>
          <LevelBadge level={level} /> <span title={detail ?? undefined}>{words ?? detail ?? code}</span>
        </span>
      )}
    </span>
  );
}
