/** All publications of a day, page by page. */
import { useFilters } from "../../../data/use_filters.ts";
import { useOpsPages } from "../../../data/use_ops.ts";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../../texts/use_texts.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { Loading } from "../../../ui/loading.tsx";
import { Problem } from "../../../ui/problem.tsx";
import { writeDay } from "../dates.ts";
import { filterOf } from "../filters.ts";
import { LineItem } from "../line_item.tsx";
import type { CalendarDay, LinePage } from "../rows.ts";
import { publicationsTexts } from "../texts.ts";

interface DayDialogProps {
  day: CalendarDay;
  zone: string;
  onClose(): void;
}

export function DayDialog({ day, zone, onClose }: DayDialogProps) {
  const { calendar: texts } = useTexts(publicationsTexts);
  const [language] = useLanguage();
  const [search] = useFilters();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useOpsPages<LinePage>(
    "publications",
    { p_from: day.begins, p_to: day.ends, p_filter: filterOf(search, "calendar"), p_limit: 50 },
    { next: ({ next }) => next === null ? null : { p_after: next } },
    { every: 15_000 },
  );
  const lines = data?.pages.flatMap(({ publications }) => publications) ?? [];
  return (
    <Dialog
      isWide
      title={writeDay(language, day.day, { dateStyle: "full" })}
      lead={texts.posts(day.total)}
      onClose={onClose}
    >
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && lines.length === 0 && <Empty>{texts.empty}</Empty>}
      {lines.length > 0 && (
        <ul className="lines">
          {lines.map((line) => <LineItem key={line.job_id} line={line} zone={zone} />)}
        </ul>
      )}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>{texts.loadMore}</Button>
      )}
    </Dialog>
  );
}
