/** The days that have something, one below the other: for a phone. */
import { useFilters } from "../../../data/use_filters.ts";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../../texts/use_texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { Link } from "../../../ui/link.tsx";
import { writeDay } from "../dates.ts";
import { publicationsHref } from "../filters.ts";
import { LineItem } from "../line_item.tsx";
import type { CalendarDay } from "../rows.ts";
import { publicationsTexts } from "../texts.ts";
import { type DaysProps, SHOWN } from "./days_table.tsx";

export function Agenda({ calendar, span, day: meant }: DaysProps) {
  const { calendar: texts } = useTexts(publicationsTexts);
  const days = calendar.days.filter(({ day, total }) =>
    total > 0 && (span === "week" || day.slice(0, 7) === meant.slice(0, 7))
  );
  if (days.length === 0) return <Empty>{texts.empty}</Empty>;
  return (
    <ol className="agenda">
      {days.map((day) => <AgendaDay key={day.day} day={day} calendar={calendar} span={span} />)}
    </ol>
  );
}

function AgendaDay({ day, calendar, span }: Omit<DaysProps, "day"> & { day: CalendarDay }) {
  const { calendar: texts } = useTexts(publicationsTexts);
  const [language] = useLanguage();
  const [search] = useFilters();
  const shown = day.first.slice(0, SHOWN[span]);
  return (
    <li className={`agenda-day ${day.day === calendar.today ? "is-today" : ""}`}>
      <h3>
        {writeDay(language, day.day, { weekday: "long", day: "numeric", month: "long" })}
        {day.day === calendar.today && <span className="quiet">{texts.today}</span>}
      </h3>
      <ul className="lines">
        {shown.map((line) => <LineItem key={line.job_id} line={line} zone={calendar.zone} />)}
      </ul>
      {day.total > shown.length && (
        <Link className="day-more" href={publicationsHref(search, { open: day.day })}>
          {texts.all} ({texts.posts(day.total)})
        </Link>
      )}
    </li>
  );
}
