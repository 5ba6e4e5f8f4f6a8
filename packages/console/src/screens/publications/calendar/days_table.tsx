/** Days as cells, week by week. */
import { useFilters } from "../../../data/use_filters.ts";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../../texts/use_texts.ts";
import { Link } from "../../../ui/link.tsx";
import { type Day, type Span, weeksOf, writeDay } from "../dates.ts";
import { publicationsHref } from "../filters.ts";
import type { Calendar, CalendarDay } from "../rows.ts";
import { publicationsTexts } from "../texts.ts";
import { Post } from "./post.tsx";

/** So many posts are shown of a day; the rest behind a link. */
export const SHOWN: Readonly<Record<Span, number>> = { month: 3, week: 5 };

export interface DaysProps {
  calendar: Calendar;
  span: Span;
  /** A day of the month that is meant: those of the months beside it are paler. */
  day: Day;
}

export function DaysTable({ calendar, span, day: meant }: DaysProps) {
  const [language] = useLanguage();
  const weeks = weeksOf(calendar.days);
  return (
    <table className={`days is-${span}`}>
      <thead>
        <tr>
          {weeks[0]?.map(({ day }) => (
            <th key={day} scope="col" abbr={writeDay(language, day, { weekday: "long" })}>
              {writeDay(language, day, { weekday: "short" })}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]?.day}>
            {week.map((day) => (
              <DayCell
                key={day.day}
                day={day}
                calendar={calendar}
                span={span}
                isBeside={span === "month" && day.day.slice(0, 7) !== meant.slice(0, 7)}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface DayCellProps extends Pick<DaysProps, "calendar" | "span"> {
  day: CalendarDay;
  isBeside: boolean;
}

function DayCell({ day, calendar, span, isBeside }: DayCellProps) {
  const { calendar: texts } = useTexts(publicationsTexts);
  const [language] = useLanguage();
  const [search] = useFilters();
  const isToday = day.day === calendar.today;
  const shown = day.first.slice(0, SHOWN[span]);
  const date = writeDay(language, day.day, { dateStyle: "full" });
  return (
    <td
      className={`day ${isBeside ? "is-beside" : ""} ${isToday ? "is-today" : ""}`}
      {...isToday && { "aria-current": "date" as const }}
    >
      {day.total === 0 ? <span className="day-number">{Number(day.day.slice(8))}</span> : (
        <Link
          className="day-number"
          href={publicationsHref(search, { open: day.day })}
          aria-label={texts.open(date, texts.posts(day.total))}
        >
          {Number(day.day.slice(8))}
        </Link>
      )}
      {shown.length > 0 && (
        <ul className="day-posts">
          {shown.map((line) => (
            <li key={line.job_id}>
              <Post line={line} zone={calendar.zone} isShort={span === "month"} />
            </li>
          ))}
        </ul>
      )}
      {day.total > shown.length && (
        <Link className="day-more" href={publicationsHref(search, { open: day.day })}>
          {texts.more(day.total - shown.length)}
        </Link>
      )}
    </td>
  );
}
