/** Open jobs of which something is wrong, or not as it should be; the oldest first. */
import { useMemo } from "react";
import { useOps } from "../../data/use_ops.ts";
import { type Language, useLanguage } from "@esteira/preferences";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Duration } from "../../ui/figures.tsx";
import { LevelBadge } from "../../ui/level_badge.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { nowTexts } from "./texts.ts";

interface StuckJob {
  readonly job_id: string;
  readonly tool: string;
  readonly lane: string;
  readonly age_ms: number;
  readonly code: string;
  readonly level: string;
  readonly detail: string;
  readonly also: readonly string[];
  readonly words: Readonly<Record<Language, string>>;
}

/** What `ops_api.stuck` answers. */
interface Stuck {
  readonly jobs: readonly StuckJob[];
}

/** Each of them is looked at as closely as one job's verdicts are, which takes some 30 ms. */
const MOST = 20;
const EVERY_MS = 60_000;

export function StuckJobs() {
  const { stuck, stuckNote, stuckFirst, noneStuck, heads } = useTexts(nowTexts);
  const [language] = useLanguage();
  const { data, error, isPending, refetch } = useOps<Stuck>("stuck", { p_limit: MOST }, {
    every: EVERY_MS,
    hints: "ops",
  });
  const jobs = data?.jobs ?? [];
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
      cell: ({ level, code, detail, also, words }) => (
        <span className="lane-state">
          <span>
            <LevelBadge level={level} /> <code>{code}</code>
            {also.length > 0 && <span className="quiet">{` + ${also.join(", ")}`}</span>}
          </span>
          {language !== "en" && <span>{words[language]}</span>}
          <span lang="en" className={language === "en" ? "" : "quiet"}>{detail}</span>
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
      cell: ({ age_ms }) => <Duration ms={age_ms} />,
    },
  ], [heads, language]);
  return (
    <Panel title={stuck} note={jobs.length < MOST ? stuckNote : stuckFirst(MOST)} isFlush>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {!error && (
        <DataTable
          label={stuck}
          rows={jobs}
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
