/** Jobs that were set aside: why, and what lets them go on or ends them. */
import { useMemo, useState } from "react";
import { useAct, useMay } from "../../act/use_act.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Duration, Whole } from "../../ui/figures.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Panel } from "../../ui/panel.tsx";
import { StatusBadge } from "../../ui/status_badge.tsx";
import type { SetAside } from "./answers.ts";
import { schedulesTexts } from "./texts.ts";

const keyOf = ({ job_id, part }: SetAside) => `${job_id} ${part}`;

export function Quarantine({ rows, all }: { rows: readonly SetAside[]; all: number }) {
  const t = useTexts(schedulesTexts);
  const act = useAct();
  const may = useMay();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const chosen = rows.filter((row) => selected.has(keyOf(row)));
  const columns = useMemo((): readonly Column<SetAside>[] => [
    {
      id: "job",
      head: t.job,
      isMain: true,
      width: "minmax(120px, 1fr)",
      cell: ({ job_id }) => <code>{job_id.slice(0, 13)}…</code>,
    },
    {
      id: "status",
      head: t.status,
      width: "minmax(110px, 1fr)",
      cell: ({ status }) => status ? <StatusBadge status={status} /> : t.gone,
    },
    { id: "part", head: t.part, width: "minmax(130px, 1fr)", cell: ({ part }) => part },
    { id: "lane", head: t.lane, cell: ({ lane }) => lane ?? "–" },
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
    { id: "times", head: t.times, align: "end", width: "70px", cell: ({ times }) => <Whole value={times} /> },
    { id: "aside", head: t.aside, align: "end", cell: ({ aside_ms }) => <Duration ms={aside_ms} /> },
    {
      id: "acts",
      head: t.actions,
      width: "72px",
      align: "end",
      cell: ({ job_id }) => (
        <Menu
          label={t.more(job_id)}
          items={[
            ...may("release")
              ? [{ label: t.release, onSelect: () => act({ action: "release", filter: { job_id } }) }]
              : [],
            ...may("refund")
              ? [{
                label: t.refund,
                isDangerous: true,
                onSelect: () => act({ action: "refund", filter: { job_id } }),
              }]
              : [],
          ]}
        />
      ),
    },
  ], [t, act, may]);
  const release = () => {
    act({ action: "release", filter: { job_ids: [...new Set(chosen.map(({ job_id }) => job_id))] } });
  };
  return (
    <Panel
      title={t.quarantine}
      note={all > 0 && t.quarantineNote(rows.length, all)}
      actions={chosen.length > 0 && may("release") && (
        <Button onClick={release}>{t.releaseSelected(chosen.length)}</Button>
      )}
      isFlush
    >
      {rows.length > 0 && <p className="quiet schedules-lead">{t.quarantineLead}</p>}
      <DataTable
        label={t.quarantine}
        rows={rows}
        columns={columns}
        keyOf={keyOf}
        hrefOf={({ job_id }) => `/jobs/${job_id}`}
        {...may("release") && { selection: { selected, change: setSelected } }}
        empty={t.quarantineNone}
        maxHeight={480}
      />
    </Panel>
  );
}
