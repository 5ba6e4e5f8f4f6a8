/** Delivery over time: by what screens learned of changes, and how late. */
import { useMemo } from "react";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../texts/use_texts.ts";
import { Panel } from "../../ui/panel.tsx";
import { type ChartSeries, TimeChart } from "../../ui/time_chart.tsx";
import type { Delivery } from "./answers.ts";
import { channelName } from "./channel_name.ts";
import { latenessIn } from "./lateness.tsx";
import { realtimeTexts } from "./texts.ts";

const TONES: Readonly<Record<string, ChartSeries["tone"]>> = {
  realtime: "accent",
  sse: "good",
  poll: "warn",
  snapshot: "quiet",
};

export function DeliveryCharts({ delivery: { hours, channels } }: { delivery: Delivery }) {
  const t = useTexts(realtimeTexts);
  const [language] = useLanguage();
  const byChannel = useMemo(
    () =>
      channels.flatMap(({ channel, by_hour }): ChartSeries[] =>
        channel === null
          ? []
          : [{ label: channelName(t, channel), values: by_hour.changes, tone: TONES[channel] ?? "quiet" }]
      ),
    [channels, t],
  );
  const all = channels.find(({ channel }) => channel === null);
  const lateness = useMemo((): ChartSeries[] =>
    all
      ? [
        { label: t.p50, values: all.by_hour.late_p50_ms, tone: "accent" },
        { label: t.p95, values: all.by_hour.late_p95_ms, tone: "warn" },
      ]
      : [], [all, t]);
  if (!all) return null;
  return (
    <div className="realtime-charts">
      <Panel title={t.byChannel}>
        <TimeChart times={hours} series={byChannel} label={t.byChannelChart} />
      </Panel>
      <Panel title={t.latenessTitle}>
        <TimeChart
          times={hours}
          series={lateness}
          label={t.lateChart}
          format={(ms) => latenessIn(language, ms)}
        />
      </Panel>
    </div>
  );
}
