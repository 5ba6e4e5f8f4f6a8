/** One account: what keeps it from working, what can be done, who holds its slots. */
import { useAct, useMay } from "../../act/use_act.ts";
import { useOps } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { RawText } from "../../ui/raw_text.tsx";
import { Tag } from "../../ui/tag.tsx";
import { type Account, type AccountWithHolders, setSecretSql, STATE_TONES, stateOf } from "./account.ts";
import { HoldersTable } from "./holders_table.tsx";
import { PauseButtons, PauseNote } from "./pause_buttons.tsx";
import { SlotMeter } from "./slot_meter.tsx";
import { accountsTexts } from "./texts.ts";

export function AccountPanel({ id, onClose }: { id: number; onClose: () => void }) {
  const texts = useTexts(accountsTexts);
  const { data, error, refetch, isPlaceholderData } = useOps<AccountWithHolders>(
    "account",
    { p_account_id: id },
    { hints: "jobs" },
  );
  const account = isPlaceholderData && data?.account_id !== id ? undefined : data;
  return (
    <>
      <Panel
        title={account ? `${account.lane} · ${account.name}` : "…"}
        note={account && (
          <>
            <Tag tone={STATE_TONES[stateOf(account)]}>{texts.states[stateOf(account)]}</Tag>{" "}
            <PauseNote until={account.paused_until} reason={account.pause_reason} />
          </>
        )}
        actions={<Button kind="quiet" onClick={onClose}>{texts.close}</Button>}
      >
        {error && <Problem error={error} onAgain={() => void refetch()} />}
        {!account && !error && <Loading />}
        {account && <AccountActs account={account} />}
      </Panel>
      {account && (
        <Panel
          title={texts.holders}
          note={account.holders.length === 200 && texts.mostHolders}
          isFlush
        >
          <HoldersTable holders={account.holders} />
        </Panel>
      )}
    </>
  );
}

function AccountActs({ account }: { account: Account }) {
  const texts = useTexts(accountsTexts);
  const act = useAct();
  const may = useMay();
  const { account_id, name, capacity, key, secret_name, webhook_secret, webhook_secret_name } = account;
  const missing = [
    key === "missing" ? secret_name : null,
    webhook_secret === "missing" ? webhook_secret_name : null,
  ].filter((secret) => secret !== null);
  const setCapacity = () =>
    act({ action: "set_capacity", filter: { account_id, capacity }, title: texts.capacityTitle(name) });
  return (
    <div className="account-acts">
      {missing.map((secret) => (
        <RawText
          key={secret}
          label={texts.mend(secret)}
          text={setSecretSql(secret)}
        />
      ))}
      <SlotMeter account={account} />
      {may("set_capacity") && <Button onClick={setCapacity}>{texts.setCapacity}</Button>}
      <PauseButtons
        filter={{ account_id }}
        isPaused={account.is_paused}
        pauseTitle={texts.pauseTitle(name)}
        resumeTitle={texts.resumeTitle(name)}
      />
    </div>
  );
}
