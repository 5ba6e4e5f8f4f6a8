/** What has failed as a whole, in a lane or altogether, and is tried again each time. */
import { useMemo } from "react";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Ago, Duration, Whole } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Tag } from "../../ui/tag.tsx";
import type { Fault } from "./answers.ts";
import { schedulesTexts } from "./texts.ts";

export function Faults({ faults }: { faults: readonly Fault[] }) {
  const t = useTexts(schedulesTexts);
  const columns = useMemo((): readonly Column<Fault>[] => [
    { id: "part", head: t.part, isMain: true, width: "minmax(150px, 1fr)", cell: ({ part }) => part },
    {
      id: "state",
      head: t.state,
      width: "120px",
      cell: ({ fails_now }) => (
        <Tag tone={fails_now ? "bad" : "quiet"}>{fails_now ? t.failsNow : t.failedBefore}</Tag>
      ),
    },
    { id: "lane", head: t.lane, cell: ({ lane }) => lane ?? t.allLanes },
    {
      id: "error",
      head: t.error,
      width: "minmax(220px, 3fr)",
      cell: ({ error, sqlstate }) => (
        <span lang="en" className="schedules-error">
          {error} <code>{sqlstate}</code>
        </span>
      ),
    },
    { id: "times", head: t.times, align: "end", cell: ({ times }) => <Whole value={times} /> },
    { id: "last", head: t.last, align: "end", cell: ({ ago_ms }) => <Ago ms={ago_ms} /> },
    { id: "lasted", head: t.lasted, align: "end", cell: ({ lasted_ms }) => <Duration ms={lasted_ms} /> },
  ], [t]);
  return (
    <Panel title={t.faults} isFlush>
      <DataTable
        label={t.faults}
        rows={faults}
        columns={columns}
        keyOf={({ part, lane }) => `${part} ${lane ?? ""}`}
        empty={t.faultsNone}
      />
    </Panel>
  );
}
