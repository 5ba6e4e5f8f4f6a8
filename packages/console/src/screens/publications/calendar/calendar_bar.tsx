/** Which days are shown, and the ways to others. */
import { useFilters } from "../../../data/use_filters.ts";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../../texts/use_texts.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Link } from "../../../ui/link.tsx";
import { Tabs } from "../../../ui/tabs.tsx";
import { type Day, moved, plus, rangeOf, type Span, writeDay } from "../dates.ts";
import { publicationsHref } from "../filters.ts";
import { publicationsTexts } from "../texts.ts";

interface CalendarBarProps {
  span: Span;
  day: Day;
  today: Day;
  zone: string;
}

export function CalendarBar({ span, day, today, zone }: CalendarBarProps) {
  const { calendar: texts } = useTexts(publicationsTexts);
  const [language] = useLanguage();
  const [search] = useFilters();
  const to = (patch: { day?: string | undefined; span?: string | undefined }) =>
    publicationsHref(search, { open: undefined, ...patch });
  return (
    <header className="calendar-bar">
      <h2 aria-live="polite">{titleOf(language, span, day)}</h2>
      <nav className="calendar-ways" aria-label={texts.ways}>
        <Link className="button" href={to({ day: moved(span, day, -1) })} aria-label={texts.before}>
          <Icon name="left" />
        </Link>
        <Link className="button" href={to({ day: undefined })}>{texts.today}</Link>
        <Link className="button" href={to({ day: moved(span, day, 1) })} aria-label={texts.after}>
          <Icon name="right" />
        </Link>
      </nav>
      <Tabs
        label={texts.spans}
        tabs={(["month", "week"] as const).map((name) => ({
          label: texts[name],
          href: to({ span: name === "week" ? name : undefined, day: day === today ? undefined : day }),
          isCurrent: name === span,
        }))}
      />
      <span className="quiet">{texts.zone(zone)}</span>
    </header>
  );
}

function titleOf(language: string, span: Span, day: Day): string {
  if (span === "month") return writeDay(language, day, { month: "long", year: "numeric" });
  const { from, to } = rangeOf("week", day);
  const short = { day: "numeric", month: "short" } as const;
  return `${writeDay(language, from, short)} – ${
    writeDay(language, plus(to, -1), { ...short, year: "numeric" })
  }`;
}
