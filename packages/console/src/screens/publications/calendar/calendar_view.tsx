/** What goes out and went out, day by day: a month or a week; on a phone a list of days. */
import { useEffect } from "react";
import { useFilters } from "../../../data/use_filters.ts";
import { useOps } from "../../../data/use_ops.ts";
import { useTexts } from "../../../texts/use_texts.ts";
import { Loading } from "../../../ui/loading.tsx";
import { Problem } from "../../../ui/problem.tsx";
import { useIsNarrow } from "../../../ui/use_is_narrow.ts";
import { rangeOf, readDay, type Span, todayIn } from "../dates.ts";
import { filterOf } from "../filters.ts";
import type { Calendar } from "../rows.ts";
import { publicationsTexts } from "../texts.ts";
import { useZone } from "../use_zone.ts";
import { Agenda } from "./agenda.tsx";
import { CalendarBar } from "./calendar_bar.tsx";
import { DayDialog } from "./day_dialog.tsx";
import { DaysTable } from "./days_table.tsx";

export function CalendarView() {
  const { calendar: texts } = useTexts(publicationsTexts);
  const [search, change] = useFilters();
  const isNarrow = useIsNarrow();
  const { zone, unknown, refused } = useZone();
  const span: Span = search["span"] === "week" ? "week" : "month";
  const today = todayIn(zone);
  const day = readDay(search["day"]) ?? today;
  const range = rangeOf(span, day);
  const { data, error, refetch } = useOps<Calendar>(
    "publication_calendar",
    { p_from: range.from, p_to: range.to, p_zone: zone, p_filter: filterOf(search, "calendar") },
    { every: 15_000 },
  );
  useEffect(() => void refused(error), [error]);
  const opened = data?.days.find(({ day }) => day === search["open"]);
  const Days = isNarrow ? Agenda : DaysTable;
  return (
    <section className="calendar" aria-label={texts[span]}>
      <CalendarBar span={span} day={day} today={today} zone={zone} />
      {unknown && <p className="quiet" role="status">{texts.zoneUnknown(unknown)}</p>}
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {data && !data.is_complete && <p className="quiet" role="status">{texts.incomplete(data.looked_at)}</p>}
      {data ? <Days calendar={data} span={span} day={day} /> : !error && <Loading />}
      {opened && (
        <DayDialog
          key={opened.day}
          day={opened}
          zone={zone}
          onClose={() => change({ open: undefined })}
        />
      )}
    </section>
  );
}
