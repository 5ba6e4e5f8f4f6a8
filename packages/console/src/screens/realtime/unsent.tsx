/** Broadcasts that the database could not send: each change is there, and screens learned of it late. */
import { useMemo } from "react";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Moment, Whole } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import { type ChartSeries, TimeChart } from "../../ui/time_chart.tsx";
import type { Cause, Delivery } from "./answers.ts";
import { realtimeTexts } from "./texts.ts";

export function Unsent({ delivery: { hours, unsent } }: { delivery: Delivery }) {
  const t = useTexts(realtimeTexts);
  const columns = useMemo((): readonly Column<Cause>[] => [
    {
      id: "cause",
      head: t.cause,
      isMain: true,
      width: "minmax(120px, 1fr)",
      cell: ({ cause }) => cause === "no_partition" ? t.noPartition : <code>{cause}</code>,
    },
    { id: "heard", head: t.heard, align: "end", cell: ({ heard }) => <Whole value={heard} /> },
    { id: "count", head: t.count, align: "end", cell: ({ count }) => <Whole value={count} /> },
    { id: "last", head: t.last, width: "minmax(110px, 1fr)", cell: ({ last_at }) => <Moment at={last_at} /> },
    {
      id: "of",
      head: t.of,
      width: "minmax(140px, 1fr)",
      cell: ({ topic, event }) => <code>{topic} {event}</code>,
    },
    {
      id: "says",
      head: t.says,
      width: "minmax(180px, 3fr)",
      cell: ({ message }) => <span lang="en" className="realtime-says">{message ?? "–"}</span>,
    },
  ], [t]);
  const series = useMemo(
    (): ChartSeries[] => [{ label: t.heard, values: unsent.by_hour, tone: "bad" }],
    [t, unsent.by_hour],
  );
  if (unsent.causes.length === 0) {
    return (
      <Panel title={t.unsentTitle}>
        <Empty>{t.unsentNone}</Empty>
      </Panel>
    );
  }
  return (
    <Panel title={t.unsentTitle} isFlush>
      {unsent.by_hour.some((heard) => heard > 0) && (
        <div className="realtime-chart">
          <TimeChart times={hours} series={series} label={t.unsentChart} height={120} />
        </div>
      )}
      <DataTable
        label={t.unsentTitle}
        rows={unsent.causes}
        columns={columns}
        keyOf={({ cause }) => cause}
      />
    </Panel>
  );
}
