/** Open jobs of which something is wrong, or not as it should be; the oldest first. */
import { useMemo } from "react";
import { useReport } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Duration } from "../../ui/figures.tsx";
import { LevelBadge } from "../../ui/level_badge.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { msOf } from "./interval.ts";
import { nowTexts } from "./texts.ts";

/** A row of the report `stuck_jobs`. */
interface StuckJob {
  readonly job_id: string;
  readonly tool: string;
  readonly lane: string;
  readonly age: string;
  readonly code: string;
  readonly level: string;
  readonly detail: string;
  readonly also: readonly string[];
}

/** Each of them is looked at as closely as one job's verdicts are, which takes some 30 ms. */
const MOST = 20;
const EVERY_MS = 60_000;

export function StuckJobs() {
  const { stuck, stuckNote, stuckFirst, noneStuck, heads } = useTexts(nowTexts);
  const { data = [], error, isPending, refetch } = useReport<StuckJob>("stuck_jobs", { p_limit: MOST }, {
    every: EVERY_MS,
    hints: "ops",
  });
  const columns = useMemo((): Column<StuckJob>[] => [
    {
      id: "job",
      head: heads.job,
      isMain: true,
      width: "110px",
      cell: ({ job_id }) => <span className="mono">…{job_id.slice(-8)}</span>,
    },
    {
      id: "why",
      head: heads.why,
      width: "minmax(220px, 3fr)",
      cell: ({ level, code, detail, also }) => (
        <span className="lane-state">
          <span>
            <LevelBadge level={level} /> <code>{code}</code>
            {also.length > 0 && <span className="quiet">{` + ${also.join(", ")}`}</span>}
          </span>
          <span>{detail}</span>
        </span>
      ),
    },
    { id: "tool", head: heads.tool, cell: ({ tool }) => tool },
    { id: "lane", head: heads.lane, cell: ({ lane }) => lane },
    {
      id: "age",
      head: heads.age,
      width: "110px",
      align: "end",
      cell: ({ age }) => <Duration ms={msOf(age)} />,
    },
  ], [heads]);
  return (
    <Panel title={stuck} note={data.length < MOST ? stuckNote : stuckFirst(MOST)} isFlush>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {!error && (
        <DataTable
          label={stuck}
          rows={data}
          columns={columns}
          keyOf={({ job_id }) => job_id}
          hrefOf={({ job_id }) => `/jobs/${job_id}`}
          isLoading={isPending}
          empty={noneStuck}
        />
      )}
    </Panel>
  );
}
