/** Each day of the period: what became of those that ended, and how long they took. */
import { useMemo } from "react";
import { useLanguage } from "@esteira/preferences";
import { spanIn } from "../../../texts/format.ts";
import { useTexts } from "../../../texts/use_texts.ts";
import { Panel } from "../../../ui/panel.tsx";
import { TimeChart } from "../../../ui/time_chart.tsx";
import { publicationsTexts } from "../texts.ts";
import type { Analytics } from "./figures.ts";

export function Charts({ days }: Pick<Analytics, "days">) {
  const { analytics: texts } = useTexts(publicationsTexts);
  const [language] = useLanguage();
  const times = useMemo(() => days.map(({ begins }) => begins), [days]);
  const counts = useMemo(() => [
    { label: texts.published, values: days.map(({ published }) => published), tone: "good" as const },
    { label: texts.failed, values: days.map(({ failed }) => failed), tone: "bad" as const },
    { label: texts.unknown, values: days.map(({ unknown }) => unknown), tone: "warn" as const },
  ], [days, texts]);
  const spans = useMemo(() => [
    {
      label: texts.p50Short,
      values: days.map(({ ms_from_due }) => ms_from_due.p50),
      tone: "accent" as const,
    },
    { label: texts.p95Short, values: days.map(({ ms_from_due }) => ms_from_due.p95), tone: "quiet" as const },
  ], [days, texts]);
  return (
    <div className="charts">
      <Panel title={texts.perDay}>
        <TimeChart times={times} series={counts} label={texts.perDayLabel} />
      </Panel>
      <Panel title={texts.times}>
        <TimeChart
          times={times}
          series={spans}
          label={texts.timesLabel}
          format={(ms) => spanIn(language, ms)}
        />
      </Panel>
    </div>
  );
}
