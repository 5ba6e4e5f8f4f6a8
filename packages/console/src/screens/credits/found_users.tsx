/** The users whom a search has found. */
import { hrefTo, useFilters } from "../../data/use_filters.ts";
import { useOps } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Moment, Whole } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/tag.tsx";
import type { FoundUser, FoundUsers } from "./money.ts";
import { creditsTexts } from "./texts.ts";

const MOST = 50;

export function FoundUsersPanel({ query }: { query: string }) {
  const { find } = useTexts(creditsTexts);
  const [search] = useFilters();
  const { data, error, refetch, isLoading } = useOps<FoundUsers>(
    "users",
    { p_query: query, p_limit: MOST },
    { every: false, hints: "ops" },
  );
  return (
    <Panel title={find.results} isFlush note={data && !data.is_complete && find.more}>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {!error && (
        <DataTable
          label={find.results}
          rows={data?.users ?? []}
          columns={useColumns()}
          keyOf={({ user_id }) => user_id}
          hrefOf={({ user_id }) => hrefTo("/credits", { ...search, user: user_id })}
          isLoading={isLoading}
          empty={find.none}
        />
      )}
    </Panel>
  );
}

function useColumns(): readonly Column<FoundUser>[] {
  const { find } = useTexts(creditsTexts);
  return [
    {
      id: "email",
      head: find.email,
      width: "minmax(220px, 2fr)",
      isMain: true,
      cell: ({ email, user_id, is_tombstone }) => is_tombstone ? find.tombstone : email ?? user_id,
    },
    {
      id: "balance",
      head: find.balance,
      width: "minmax(140px, 1fr)",
      align: "end",
      cell: ({ balance }) => <Whole value={balance} />,
    },
    {
      id: "state",
      head: find.state,
      cell: ({ is_paused }) =>
        is_paused ? <Tag tone="warn">{find.paused}</Tag> : <Tag tone="good">{find.active}</Tag>,
    },
    { id: "role", head: find.role, cell: ({ role }) => role ? find.roles[role] : "–" },
    { id: "created", head: find.created, cell: ({ created_at }) => <Moment at={created_at} /> },
    { id: "seen", head: find.seen, cell: ({ last_sign_in_at }) => <Moment at={last_sign_in_at} /> },
  ];
}
