/** Publications of which nobody knows whether they are there: whoever has looked says so. */
import { useCallback, useState } from "react";
import { useAct, useMay } from "../../act/use_act.ts";
import { useFilters } from "../../data/use_filters.ts";
import { useOpsPages } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data_table.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { filterOf } from "./filters.ts";
import type { Resolution, UnknownPage } from "./rows.ts";
import { publicationsTexts } from "./texts.ts";
import { useUnknownColumns } from "./use_unknown_columns.tsx";

export function UnknownView() {
  const { unknown: texts } = useTexts(publicationsTexts);
  const [search] = useFilters();
  const mayResolve = useMay()("resolve");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const { data, error, refetch, isLoading, hasNextPage, fetchNextPage, isFetchingNextPage } = useOpsPages<
    UnknownPage
  >(
    "unknown_publications",
    { p_filter: filterOf(search, "unknown"), p_limit: 50 },
    { next: ({ next }) => next === null ? null : { p_after: next } },
  );
  const resolve = useResolve();
  const rows = data?.pages.flatMap(({ publications }) => publications) ?? [];
  // What somebody else has said meanwhile is selected no more.
  const ids = rows.map(({ job_id }) => job_id).filter((id) => selected.has(id));
  const columns = useUnknownColumns(mayResolve ? resolve : null);
  return (
    <>
      <p className="lead">{texts.lead} {!mayResolve && texts.mayNot}</p>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <Panel
        title={texts.list}
        isFlush
        note={data?.pages[0] && texts.total(data.pages[0].total)}
        actions={mayResolve && (
          <>
            {ids.length > 0 && <span className="quiet" role="status">{texts.selected(ids.length)}</span>}
            <Button disabled={ids.length === 0} onClick={() => resolve(ids, "there")}>{texts.there}</Button>
            <Button disabled={ids.length === 0} onClick={() => resolve(ids, "not_there")}>
              {texts.notThere}
            </Button>
          </>
        )}
      >
        <DataTable
          label={texts.list}
          rows={rows}
          columns={columns}
          keyOf={({ job_id }) => job_id}
          hrefOf={({ job_id }) => `/jobs/${job_id}`}
          {...mayResolve && { selection: { selected: new Set(ids), change: setSelected } }}
          {...hasNextPage && { onEnd: () => void fetchNextPage() }}
          isLoading={isLoading}
          isLoadingMore={isFetchingNextPage}
          empty={texts.empty}
        />
      </Panel>
    </>
  );
}

function useResolve() {
  const { unknown: texts } = useTexts(publicationsTexts);
  const act = useAct();
  return useCallback((ids: readonly string[], resolved: Resolution) =>
    act({
      action: "resolve",
      filter: { ...ids.length === 1 ? { job_id: ids[0] } : { job_ids: ids }, resolved },
      title: resolved === "there" ? texts.resolveThere : texts.resolveNotThere,
    }), [act, texts]);
}
