/** How publishing goes: document 003's dashboard. */
import { useEffect } from "react";
import { useFilters } from "../../../data/use_filters.ts";
import { useOps } from "../../../data/use_ops.ts";
import { useTexts } from "../../../texts/use_texts.ts";
import { Loading } from "../../../ui/loading.tsx";
import { Problem } from "../../../ui/problem.tsx";
import { Tabs } from "../../../ui/tabs.tsx";
import { filterOf, publicationsHref } from "../filters.ts";
import { publicationsTexts } from "../texts.ts";
import { useZone } from "../use_zone.ts";
import { Charts } from "./charts.tsx";
import { ErrorsPanel } from "./errors_panel.tsx";
import { type Analytics, periodOf, PERIODS } from "./figures.ts";
import { FiguresPanel } from "./figures_panel.tsx";
import { NowPanel } from "./now_panel.tsx";
import { Totals } from "./totals.tsx";

export function AnalyticsView() {
  const { analytics: texts, calendar } = useTexts(publicationsTexts);
  const [search] = useFilters();
  const { zone, unknown, refused } = useZone();
  const days = periodOf(search["days"]);
  const { data, error, refetch } = useOps<Analytics>(
    "publication_analytics",
    { p_days: days, p_zone: zone, p_filter: filterOf(search, "analytics") },
    { every: 60_000 },
  );
  useEffect(() => void refused(error), [error]);
  return (
    <>
      <div className="calendar-bar">
        <Tabs
          label={texts.days}
          tabs={PERIODS.map((period) => ({
            label: texts.lastDays(period),
            href: publicationsHref(search, { days: period === 30 ? undefined : String(period) }),
            isCurrent: period === days,
          }))}
        />
        <span className="quiet">{calendar.zone(zone)}</span>
      </div>
      {unknown && <p className="quiet" role="status">{calendar.zoneUnknown(unknown)}</p>}
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && (
        <>
          {!data.is_complete && <p className="quiet" role="status">{texts.incomplete}</p>}
          <Totals totals={data.totals} />
          <NowPanel now={data.now} />
          <Charts days={data.days} />
          <FiguresPanel analytics={data} />
          <ErrorsPanel errors={data.errors} />
        </>
      )}
    </>
  );
}
