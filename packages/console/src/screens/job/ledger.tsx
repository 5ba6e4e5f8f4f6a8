/** What was charged for the job, and what was given back. */
import { hrefTo } from "../../data/use_filters.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { Moment, Whole } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { Panel } from "../../ui/panel.tsx";
import { jobsTexts } from "../jobs/texts.ts";
import { PlainTable } from "./plain_table.tsx";
import { jobTexts, wordOf } from "./texts.ts";
import type { Facts } from "./types.ts";

export function Ledger({ facts: { credits, user, job } }: { facts: Facts }) {
  const texts = useTexts(jobTexts);
  const { refunds } = useTexts(jobsTexts);
  return (
    <Panel
      title={texts.ledger}
      note={wordOf(refunds, job.refund)}
      actions={user && <Link href={hrefTo("/credits", { user: user.id })}>{texts.statement}</Link>}
      isFlush
    >
      {credits.length === 0 ? <Empty>{texts.noLedger}</Empty> : (
        <PlainTable
          label={texts.ledger}
          heads={[texts.what, texts.amount, texts.when]}
          rows={credits.map(({ kind, amount, created_at }, n) => ({
            key: String(n),
            cells: [
              wordOf(texts.entries, kind),
              <Whole key="amount" value={amount} />,
              <Moment key="at" at={created_at} />,
            ],
          }))}
        />
      )}
      {user && user.balance !== null && (
        <p className="panel-foot quiet">
          {texts.balance}: <Whole value={user.balance} />
        </p>
      )}
    </Panel>
  );
}
