/** API keys of providers: how much of each is taken, what keeps one from working, and what to do about it. */
import { hrefTo, useFilters } from "../../data/use_filters.ts";
import { useOpsPages } from "../../data/use_ops.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Select } from "../../ui/field.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/tag.tsx";
import { type Account, ACCOUNT_STATES, type AccountPage, STATE_TONES, stateOf } from "./account.ts";
import { AccountPanel } from "./account_panel.tsx";
import { PauseNote } from "./pause_buttons.tsx";
import { SlotMeter } from "./slot_meter.tsx";
import { accountsTexts } from "./texts.ts";
import "./accounts.css";

export function AccountsScreen() {
  const names = useTexts(screenTexts);
  const texts = useTexts(accountsTexts);
  const [search, change] = useFilters();
  const { data, error, refetch, isLoading, hasNextPage, fetchNextPage } = useOpsPages<AccountPage>(
    "accounts",
    {},
    { next: ({ next }) => next === null ? null : { p_after: next } },
    { hints: "jobs" },
  );
  const all = data?.pages.flatMap(({ accounts }) => accounts) ?? [];
  const rows = all.filter((account) =>
    (!search.lane || account.lane === search.lane) && (!search.state || stateOf(account) === search.state)
  );
  const lanes = [...new Set(all.map(({ lane }) => lane))];
  const chosen = Number(search.account);
  return (
    <Page title={names.accounts} lead={texts.lead}>
      {chosen > 0 && <AccountPanel id={chosen} onClose={() => change({ account: undefined })} />}
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <Panel
        title={texts.list}
        isFlush
        actions={
          <>
            <Select
              isBare
              label={texts.head.lane}
              value={search.lane ?? ""}
              onChange={({ target }) => change({ lane: target.value })}
              options={[
                { value: "", label: texts.allLanes },
                ...lanes.map((value) => ({ value, label: value })),
              ]}
            />
            <Select
              isBare
              label={texts.head.state}
              value={search.state ?? ""}
              onChange={({ target }) => change({ state: target.value })}
              options={[
                { value: "", label: texts.allStates },
                ...ACCOUNT_STATES.map((value) => ({ value, label: texts.states[value] })),
              ]}
            />
          </>
        }
      >
        <DataTable
          label={texts.list}
          rows={rows}
          columns={useColumns()}
          keyOf={({ account_id }) => String(account_id)}
          hrefOf={({ account_id }) => hrefTo("/accounts", { ...search, account: String(account_id) })}
          {...hasNextPage && { onEnd: () => void fetchNextPage() }}
          isLoading={isLoading}
          empty={all.length === 0 ? texts.empty : texts.none}
        />
      </Panel>
    </Page>
  );
}

function useColumns(): readonly Column<Account>[] {
  const { head, states, secrets } = useTexts(accountsTexts);
  return [
    { id: "name", head: head.name, width: "minmax(120px, 1fr)", isMain: true, cell: ({ name }) => name },
    { id: "lane", head: head.lane, cell: ({ lane }) => lane },
    { id: "provider", head: head.provider, cell: ({ provider }) => provider },
    {
      id: "taken",
      head: head.taken,
      width: "minmax(140px, 1fr)",
      cell: (account) => <SlotMeter account={account} />,
    },
    {
      id: "state",
      head: head.state,
      width: "minmax(130px, 1fr)",
      cell: (account) => <Tag tone={STATE_TONES[stateOf(account)]}>{states[stateOf(account)]}</Tag>,
    },
    { id: "key", head: head.key, cell: ({ key }) => secrets[key] },
    { id: "webhookKey", head: head.webhookKey, cell: ({ webhook_secret }) => secrets[webhook_secret] },
    {
      id: "pause",
      head: head.pause,
      width: "minmax(160px, 2fr)",
      cell: ({ paused_until, pause_reason }) =>
        paused_until ? <PauseNote until={paused_until} reason={pause_reason} /> : "–",
    },
  ];
}
