/** The lanes, the worst first: how full, what waits and until when, why it stands still, how it has fared for an hour. */
import { useMemo } from "react";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { useTexts } from "../../texts/use_texts.ts";
import { DrainWords } from "./drain_words.tsx";
import { Gauge } from "./gauge.tsx";
import { LaneActions } from "./lane_actions.tsx";
import { HourOfLane } from "./hour_of_lane.tsx";
import type { LaneLine } from "./lane_line.ts";
import { LaneState } from "./lane_state.tsx";
import { nowTexts } from "./texts.ts";
import { Rate } from "./rate.tsx";
import { WaitingCount } from "./waiting_count.tsx";

interface LaneTableProps {
  lanes: readonly LaneLine[];
  hrefOf(lane: LaneLine): string;
}

export function LaneTable({ lanes, hrefOf }: LaneTableProps) {
  const { lanes: label, heads, noLane } = useTexts(nowTexts);
  const columns = useMemo((): Column<LaneLine>[] => [
    {
      id: "lane",
      head: heads.lane,
      isMain: true,
      width: "minmax(100px, 1fr)",
      cell: ({ lane }) => lane,
    },
    {
      id: "state",
      head: heads.state,
      width: "minmax(160px, 2fr)",
      cell: (lane) => <LaneState lane={lane} />,
    },
    { id: "running", head: heads.running, width: "96px", cell: (lane) => <Gauge lane={lane} /> },
    {
      id: "waiting",
      head: heads.waiting,
      width: "124px",
      align: "end",
      cell: (lane) => <WaitingCount lane={lane} />,
    },
    {
      id: "drains",
      head: heads.drains,
      width: "minmax(120px, 1fr)",
      cell: (lane) => <DrainWords lane={lane} />,
    },
    { id: "rate", head: heads.rate, width: "100px", cell: ({ rate }) => <Rate rate={rate} /> },
    { id: "hour", head: heads.hour, width: "144px", cell: (lane) => <HourOfLane lane={lane} /> },
    {
      id: "actions",
      head: heads.actions,
      width: "92px",
      align: "end",
      cell: (lane) => <LaneActions lane={lane} />,
    },
  ], [heads]);
  return (
    <DataTable
      label={label}
      rows={lanes}
      columns={columns}
      keyOf={({ lane }) => lane}
      hrefOf={hrefOf}
      empty={noLane}
    />
  );
}
