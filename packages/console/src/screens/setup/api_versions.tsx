/** By which version each platform's API is called, and when that version ends. */
import { useMemo } from "react";
import { useReport } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Moment } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/tag.tsx";
import type { ApiVersion } from "./answers.ts";
import { setupTexts } from "./texts.ts";

/** As the alert rule about versions that end has it. */
const SOON_DAYS = 60;

export function ApiVersions() {
  const t = useTexts(setupTexts);
  const { data, error, isLoading } = useReport<ApiVersion>("api_versions", {}, { every: false });
  const columns = useMemo((): readonly Column<ApiVersion>[] => [
    { id: "platform", head: t.platform, isMain: true, cell: ({ platform }) => platform },
    { id: "version", head: t.apiVersion, cell: ({ api_version }) => <code>{api_version}</code> },
    {
      id: "sunset",
      head: t.sunset,
      width: "minmax(140px, 1fr)",
      cell: ({ sunset_at }) => sunset_at ? <Moment at={sunset_at} /> : t.notKnown,
    },
    { id: "left", head: t.daysLeft, cell: ({ days_left }) => <DaysLeft days={days_left} /> },
  ], [t]);
  return (
    <Panel title={t.versions} note={t.versionsLead} isFlush>
      {error ? <Problem error={error} /> : (
        <DataTable
          label={t.versions}
          rows={data ?? []}
          columns={columns}
          keyOf={({ platform }) => platform}
          isLoading={isLoading}
          empty={t.noVersions}
        />
      )}
    </Panel>
  );
}

function DaysLeft({ days }: { days: number | null }) {
  const t = useTexts(setupTexts);
  if (days === null) return <>–</>;
  if (days < 0) return <Tag tone="bad">{t.ended}</Tag>;
  return <Tag tone={days < SOON_DAYS ? "warn" : "good"}>{t.days(days)}</Tag>;
}
