/** What operators have done to many jobs, the newest first, and how far it is. */
import { useMemo } from "react";
import { FilterWords } from "../../act/filter_words.tsx";
import { actionName, actTexts } from "../../act/texts.ts";
import type { Args } from "../../data/call_ops.ts";
import { useOpsPages } from "../../data/use_ops.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Moment } from "../../ui/figures.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { RunBar } from "./run_bar.tsx";
import type { RunLine } from "./run_line.ts";
import { RunStateTag } from "./run_state_tag.tsx";
import { runsTexts } from "./texts.ts";
import "./runs.css";

const PAGE = 50;
const EVERY_MS = 5_000;

export function RunsScreen() {
  const names = useTexts(screenTexts);
  const acts = useTexts(actTexts);
  const { lead, list, heads, none } = useTexts(runsTexts);
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useOpsPages<
    RunLine[]
  >(
    "runs",
    { p_limit: PAGE },
    { next: cursorAfter },
    { every: EVERY_MS, hints: "ops" },
  );
  const rows = data?.pages.flat() ?? [];
  const columns = useMemo((): Column<RunLine>[] => [
    {
      id: "action",
      head: heads.action,
      isMain: true,
      width: "minmax(120px, 1fr)",
      cell: ({ action }) => actionName(acts, action),
    },
    {
      id: "filter",
      head: heads.filter,
      width: "minmax(170px, 3fr)",
      cell: ({ filter }) => <FilterWords filter={filter} />,
    },
    { id: "state", head: heads.state, width: "110px", cell: ({ state }) => <RunStateTag state={state} /> },
    { id: "progress", head: heads.progress, width: "140px", cell: (run) => <RunBar run={run} /> },
    { id: "reason", head: heads.reason, width: "minmax(120px, 2fr)", cell: ({ reason }) => reason ?? "–" },
    { id: "begun", head: heads.begun, width: "152px", cell: ({ begun_at }) => <Moment at={begun_at} /> },
    { id: "ended", head: heads.ended, width: "152px", cell: ({ ended_at }) => <Moment at={ended_at} /> },
  ], [heads, acts]);
  return (
    <Page title={names.runs} lead={lead}>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <Panel title={list} isFlush>
        <DataTable
          label={list}
          rows={rows}
          columns={columns}
          keyOf={({ run_id }) => run_id}
          hrefOf={({ run_id }) => `/runs/${run_id}`}
          onEnd={() => hasNextPage && !isFetchingNextPage && void fetchNextPage()}
          isLoading={isPending && !error}
          isLoadingMore={isFetchingNextPage}
          empty={none}
        />
      </Panel>
    </Page>
  );
}

/** Where the next page begins: several runs may begin at one moment. */
function cursorAfter(page: readonly RunLine[]): Args | null {
  const last = page.at(-1);
  return last && page.length === PAGE ? { p_before: last.begun_at, p_before_id: last.run_id } : null;
}
