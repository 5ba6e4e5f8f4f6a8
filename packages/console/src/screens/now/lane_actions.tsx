/** Pauses a lane, or lets it go on. */
import { useAct, useMay } from "../../act/use_act.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import type { LaneLine } from "./lane_line.ts";
import { nowTexts } from "./texts.ts";

export function LaneActions({ lane: { lane, paused } }: { lane: LaneLine }) {
  const { pause, pauseLane, resume, resumeLane } = useTexts(nowTexts);
  const act = useAct();
  const may = useMay();
  const action = paused ? "resume" : "pause";
  if (!may(action)) return null;
  const name = paused ? resumeLane(lane) : pauseLane(lane);
  return (
    <Button aria-label={name} onClick={() => act({ action, filter: { lane }, title: name })}>
      {paused ? resume : pause}
    </Button>
  );
}
