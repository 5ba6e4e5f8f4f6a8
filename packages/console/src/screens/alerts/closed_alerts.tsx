/** The alerts that are over, the last opened first. */
import { useMemo } from "react";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Duration, Moment, Whole } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { Alert } from "./answers.ts";
import { Posts } from "./posts.tsx";
import { ruleName } from "./rule_names.ts";
import { alertsTexts } from "./texts.ts";

interface Props {
  alerts: readonly Alert[];
  onEnd(): void;
  isLoadingMore: boolean;
}

export function ClosedAlerts({ alerts, onEnd, isLoadingMore }: Props) {
  const t = useTexts(alertsTexts);
  const [language] = useLanguage();
  const columns = useMemo((): readonly Column<Alert>[] => [
    {
      id: "rule",
      head: t.rule,
      isMain: true,
      width: "minmax(200px, 2fr)",
      cell: ({ rule }) => ruleName(language, rule),
    },
    {
      id: "about",
      head: t.about,
      width: "minmax(90px, 1fr)",
      cell: ({ subject }) => subject ? <code>{subject}</code> : "–",
    },
    { id: "count", head: t.count, align: "end", cell: ({ count }) => <Whole value={count} /> },
    {
      id: "opened",
      head: t.openedAt,
      width: "minmax(150px, 1fr)",
      cell: ({ opened_at }) => <Moment at={opened_at} />,
    },
    {
      id: "closed",
      head: t.closedAt,
      width: "minmax(150px, 1fr)",
      cell: ({ closed_at }) => <Moment at={closed_at} />,
    },
    { id: "lasted", head: t.lasted, align: "end", cell: ({ lasted_ms }) => <Duration ms={lasted_ms} /> },
    { id: "posts", head: t.posts, width: "minmax(200px, 2fr)", cell: ({ posts }) => <Posts posts={posts} /> },
  ], [t, language]);
  return (
    <Panel title={t.over} isFlush>
      <DataTable
        label={t.over}
        name="closed_alerts"
        rows={alerts}
        columns={columns}
        keyOf={({ alert_id }) => String(alert_id)}
        hrefOf={({ rule }) => `/alerts?${new URLSearchParams({ rule })}`}
        onEnd={onEnd}
        isLoadingMore={isLoadingMore}
        empty={t.noneOver}
      />
    </Panel>
  );
}
