/** The inbox: what providers said, stored and refused, the newest first and as it comes. */
import { hrefTo, useFilters } from "../../data/use_filters.ts";
import { useOpsPages } from "../../data/use_ops.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { DataTable } from "../../ui/data_table.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { useInboxColumns } from "./inbox_columns.tsx";
import { InboxFilters } from "./inbox_filters.tsx";
import { LookFurther } from "../../ui/look_further.tsx";
import { RefusalDialog } from "./refusal_dialog.tsx";
import { webhooksTexts } from "./texts.ts";
import { inboxFilterOf, type InboxPage, linesOf } from "./webhook.ts";
import { WebhookDialog } from "./webhook_dialog.tsx";
import "./webhooks.css";

const EVERY_MS = 5_000;
const PAGE = 100;

export function WebhooksScreen() {
  const names = useTexts(screenTexts);
  const texts = useTexts(webhooksTexts);
  const [search, change] = useFilters();
  const filter = inboxFilterOf(search);
  const { data, error, refetch, isLoading, hasNextPage, fetchNextPage, isFetchingNextPage } = useOpsPages<
    InboxPage
  >(
    "webhooks",
    { p_filter: filter, p_limit: PAGE },
    { next: ({ next }) => next && { p_before: next } },
    { every: EVERY_MS, hints: "jobs" },
  );
  const pages = data?.pages ?? [];
  const rows = linesOf(pages);
  const close = () => change({ webhook: undefined });
  const { webhook } = search;
  const eventId = webhook && /^\d+$/.test(webhook) ? webhook : null;
  return (
    <Page title={names.webhooks} lead={texts.lead}>
      <InboxFilters search={search} change={change} />
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <Panel title={texts.list} isFlush>
        <DataTable
          label={texts.list}
          name="webhooks"
          rows={rows}
          columns={useInboxColumns()}
          keyOf={({ id }) => id}
          hrefOf={({ id, event_id }) => hrefTo("/webhooks", { ...search, webhook: String(event_id ?? id) })}
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
      {eventId && <WebhookDialog id={eventId} onClose={close} />}
      {webhook && !eventId && (
        <RefusalDialog
          key={webhook}
          id={webhook}
          shown={rows.find(({ id }) => id === webhook)}
          onClose={close}
        />
      )}
    </Page>
  );
}
