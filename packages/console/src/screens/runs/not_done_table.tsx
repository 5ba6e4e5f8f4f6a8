/** Jobs of a run that were not done, or are put off, each with why. */
import { useMemo } from "react";
import { actTexts, codeWords } from "../../act/texts.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Moment, Whole } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { NotDone } from "./run_line.ts";
import { runsTexts } from "./texts.ts";

export function NotDoneTable({ items }: { items: readonly NotDone[] }) {
  const acts = useTexts(actTexts);
  const { notDone, notDoneNote, heads, outcomes, putOff } = useTexts(runsTexts);
  const columns = useMemo((): Column<NotDone>[] => [
    {
      id: "job",
      head: heads.job,
      isMain: true,
      width: "110px",
      cell: ({ job_id }) => <span className="mono">…{job_id.slice(-8)}</span>,
    },
    {
      id: "outcome",
      head: heads.outcome,
      width: "120px",
      cell: ({ outcome }) =>
        outcome ? (outcomes as Readonly<Record<string, string>>)[outcome] ?? outcome : putOff,
    },
    {
      id: "why",
      head: heads.why,
      width: "minmax(200px, 3fr)",
      cell: ({ code, message }) => (
        <span className="run-why">
          {code && (
            <span>
              {codeWords(acts, code)} <code>{code}</code>
            </span>
          )}
          {message && <span className="quiet">{message}</span>}
        </span>
      ),
    },
    {
      id: "tries",
      head: heads.tries,
      width: "80px",
      align: "end",
      cell: ({ tries }) => <Whole value={tries} />,
    },
    { id: "next", head: heads.next, width: "150px", cell: ({ next_at }) => <Moment at={next_at} /> },
  ], [acts, heads]);
  return (
    <Panel title={notDone} {...items.length >= 100 && { note: notDoneNote }} isFlush>
      <DataTable
        label={notDone}
        rows={items}
        columns={columns}
        keyOf={({ n }) => String(n)}
        hrefOf={({ job_id }) => `/jobs/${job_id}`}
      />
    </Panel>
  );
}
