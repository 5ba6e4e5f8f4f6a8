/** The audit: what operators have done, the last first. */
import { hrefTo, useFilters } from "../../data/use_filters.ts";
import { useOpsPages } from "../../data/use_ops.ts";
import { useOperator } from "../../session/operator.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { DataTable } from "../../ui/data_table.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { LookFurther } from "../../ui/look_further.tsx";
import { type ActPage, actsFilterOf } from "./act.ts";
import { AuditDialog } from "./audit_dialog.tsx";
import { useAuditColumns } from "./audit_columns.tsx";
import { AuditFilters } from "./audit_filters.tsx";
import { auditTexts } from "./texts.ts";
import "../webhooks/webhooks.css";

const PAGE = 100;

export function AuditScreen() {
  const names = useTexts(screenTexts);
  const texts = useTexts(auditTexts);
  const { me } = useOperator();
  const [search, change] = useFilters();
  const filter = actsFilterOf(search);
  const { data, error, refetch, isLoading, hasNextPage, fetchNextPage, isFetchingNextPage } = useOpsPages<
    ActPage
  >(
    "find_acts",
    { p_filter: filter, p_limit: PAGE },
    { next: ({ next }) => next === null ? null : { p_before: next } },
    { hints: "ops" },
  );
  const pages = data?.pages ?? [];
  const rows = pages.flatMap(({ acts }) => acts);
  return (
    <Page title={names.audit} lead={me.role === "admin" ? texts.lead : texts.ownLead}>
      <AuditFilters search={search} change={change} />
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <Panel title={texts.list} isFlush>
        <DataTable
          label={texts.list}
          name="audit"
          rows={rows}
          columns={useAuditColumns()}
          keyOf={({ audit_id }) => String(audit_id)}
          hrefOf={({ audit_id }) => hrefTo("/audit", { ...search, act: String(audit_id) })}
          {...hasNextPage && !isFetchingNextPage && { onEnd: () => void fetchNextPage() }}
          isLoading={isLoading}
          isLoadingMore={isFetchingNextPage}
          empty={Object.keys(filter).length === 0 ? texts.empty : texts.none}
        />
        {hasNextPage && rows.length < PAGE && (
          <LookFurther
            lookedAt={pages.reduce((sum, page) => sum + page.looked_at, 0)}
            isLooking={isFetchingNextPage}
            onFurther={() => void fetchNextPage()}
          />
        )}
      </Panel>
      {search.act && (
        <AuditDialog
          key={search.act}
          id={search.act}
          shown={rows.find(({ audit_id }) => String(audit_id) === search.act)}
          onClose={() => change({ act: undefined })}
        />
      )}
    </Page>
  );
}
