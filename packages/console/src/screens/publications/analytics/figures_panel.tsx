/** The figures of each platform and option. */
import { useMemo } from "react";
import { useLanguage } from "@esteira/preferences";
import { shareIn } from "../../../texts/format.ts";
import { useTexts } from "../../../texts/use_texts.ts";
import { type Column, DataTable } from "../../../ui/data_table.tsx";
import { Duration, Whole } from "../../../ui/figures.tsx";
import { Panel } from "../../../ui/panel.tsx";
import { useNames } from "../names.ts";
import { publicationsTexts } from "../texts.ts";
import { type Analytics, type FigureRow, rowsOf } from "./figures.ts";

export function FiguresPanel({ analytics }: { analytics: Analytics }) {
  const { analytics: texts } = useTexts(publicationsTexts);
  const rows = useMemo(() => rowsOf(analytics), [analytics]);
  return (
    <Panel title={texts.byOption} isFlush>
      <DataTable
        label={texts.byOption}
        name="publication_figures"
        rows={rows}
        columns={useColumns()}
        keyOf={({ platform, option }) => `${platform} ${option ?? ""}`}
        empty={texts.nothing}
        maxHeight={520}
      />
    </Panel>
  );
}

function useColumns(): readonly Column<FigureRow>[] {
  const { analytics: texts } = useTexts(publicationsTexts);
  const [language] = useLanguage();
  const names = useNames();
  return useMemo(() => {
    const count = (id: "ended" | "published" | "failed" | "unknown" | "dead" | "retries", head: string) => ({
      id,
      head,
      align: "end" as const,
      width: "minmax(66px, 1fr)",
      cell: (row: FigureRow) => <Whole value={row[id]} />,
    });
    const span = (id: string, head: string, ms: (row: FigureRow) => number | null) => ({
      id,
      head,
      align: "end" as const,
      width: "minmax(84px, 1fr)",
      cell: (row: FigureRow) => <Duration ms={ms(row)} />,
    });
    return [
      {
        id: "option",
        head: texts.option,
        width: "minmax(150px, 2fr)",
        isMain: true,
        cell: ({ platform, option }) =>
          option === null ? `${names.platform(platform)} (${texts.all})` : names.option(option),
      },
      {
        id: "success",
        head: texts.success,
        align: "end",
        width: "minmax(66px, 1fr)",
        cell: ({ success }) => success === null ? "–" : shareIn(language, success),
      },
      count("ended", texts.ended),
      count("published", texts.published),
      count("failed", texts.failed),
      count("dead", texts.dead),
      count("unknown", texts.unknown),
      count("retries", texts.retries),
      span("p50", texts.p50Short, (row) => row.ms_from_due.p50),
      span("p95", texts.p95Short, (row) => row.ms_from_due.p95),
      { ...span("start50", texts.fromStart, (row) => row.ms_from_start.p50), isHiddenByDefault: true },
      { ...span("start95", texts.fromStart95, (row) => row.ms_from_start.p95), isHiddenByDefault: true },
    ];
  }, [texts, language, names]);
}
