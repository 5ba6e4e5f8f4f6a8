/** What operators have done to the job. */
import { useTexts } from "../../texts/use_texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { Moment } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { Panel } from "../../ui/panel.tsx";
import { PlainTable } from "./plain_table.tsx";
import { jobTexts, wordOf } from "./texts.ts";
import type { Act } from "./types.ts";

export function Acts({ acts }: { acts: readonly Act[] }) {
  const texts = useTexts(jobTexts);
  return (
    <Panel title={texts.acts} isFlush>
      {acts.length === 0 ? <Empty>{texts.noActs}</Empty> : (
        <PlainTable
          label={texts.acts}
          heads={[texts.when, texts.what, texts.outcome, texts.note]}
          rows={acts.map(({ at, action, outcome, code, reason, run_id }, n) => ({
            key: String(n),
            cells: [
              <Moment key="at" at={at} />,
              <Link key="run" href={`/runs/${run_id}`}>{wordOf(texts.actions, action)}</Link>,
              [outcome, code].filter(Boolean).join(" · ") || texts.goesOn,
              reason ?? texts.noReason,
            ],
          }))}
        />
      )}
    </Panel>
  );
}
