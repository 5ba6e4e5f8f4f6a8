/** Users' accounts at platforms: how they stand, what they may still post, and what stops them. */
import { useFilters } from "../../data/use_filters.ts";
import { useOpsPages } from "../../data/use_ops.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data_table.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { ConnectionDialog } from "./connection_dialog.tsx";
import { ConnectionFilters } from "./connection_filters.tsx";
import { connectionsHref, filterOf } from "./filters.ts";
import { PlatformsPanel } from "./platforms_panel.tsx";
import type { ConnectionPage } from "./rows.ts";
import { connectionsTexts } from "./texts.ts";
import { useConnectionColumns } from "./use_connection_columns.tsx";
import "./connections.css";

export function ConnectionsScreen() {
  const names = useTexts(screenTexts);
  const texts = useTexts(connectionsTexts);
  const [search, change] = useFilters();
  const { data, error, refetch, isLoading, hasNextPage, fetchNextPage, isFetchingNextPage } = useOpsPages<
    ConnectionPage
  >(
    "connections",
    { p_filter: filterOf(search), p_limit: 50 },
    { next: ({ next }) => next === null ? null : { p_after: next } },
    { every: 30_000, hints: "ops" },
  );
  const rows = data?.pages.flatMap(({ connections }) => connections) ?? [];
  const columns = useConnectionColumns();
  return (
    <Page title={names.connections} lead={texts.lead}>
      <PlatformsPanel />
      <ConnectionFilters search={search} change={change} />
      <Panel title={texts.list} isFlush>
        {error && <Problem error={error} onAgain={() => void refetch()} />}
        <DataTable
          label={texts.list}
          name="connections"
          rows={rows}
          columns={columns}
          keyOf={({ id }) => id}
          hrefOf={({ id }) => connectionsHref(search, { open: id })}
          {...hasNextPage && { onEnd: () => void fetchNextPage() }}
          isLoading={isLoading}
          isLoadingMore={isFetchingNextPage}
          empty={hasNextPage ? texts.searching : texts.empty}
        />
        {hasNextPage && rows.length === 0 && (
          <p className="connections-more">
            <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>{texts.more}</Button>
          </p>
        )}
      </Panel>
      {search["open"] && (
        <ConnectionDialog
          key={search["open"]}
          id={search["open"]}
          onClose={() => change({ open: undefined })}
        />
      )}
    </Page>
  );
}
