/** Each try at the provider: on which account, as which task, how it ended and what it cost. */
import { useTexts } from "../../texts/use_texts.ts";
import { CopyButton } from "../../ui/copy_button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Duration, Moment } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import { PlainTable } from "./plain_table.tsx";
import { jobTexts, wordOf } from "./texts.ts";
import type { Attempt } from "./types.ts";

export function Attempts({ attempts }: { attempts: readonly Attempt[] }) {
  const texts = useTexts(jobTexts);
  return (
    <Panel title={texts.attempts} isFlush>
      {attempts.length === 0 ? <Empty>{texts.noAttempts}</Empty> : (
        <PlainTable
          label={texts.attempts}
          heads={[
            "#",
            texts.begun,
            texts.length,
            texts.account,
            texts.task,
            texts.outcome,
            texts.error,
            texts.submits,
            texts.cost,
          ]}
          rows={attempts.map((attempt) => ({
            key: String(attempt.attempt),
            cells: [
              attempt.attempt,
              <Moment key="at" at={attempt.started_at} />,
              <Duration key="ms" ms={attempt.ms} />,
              attempt.account ?? attempt.worker ?? "–",
              attempt.external_id
                ? (
                  <span key="task" className="with-copy">
                    <code>{attempt.external_id}</code>
                    <CopyButton text={attempt.external_id} label={texts.task} />
                  </span>
                )
                : "–",
              attempt.outcome ? wordOf(texts.outcomes, attempt.outcome) : `${texts.open} · ${attempt.phase}`,
              attempt.error_code
                ? (
                  <span key="error" className="is-text" title={attempt.error_message ?? ""}>
                    <code>{attempt.error_code}</code> {attempt.error_message}
                  </span>
                )
                : "–",
              attempt.submits,
              attempt.cost === null ? "–" : `${attempt.cost} ${attempt.cost_currency ?? ""}`,
            ],
          }))}
        />
      )}
    </Panel>
  );
}
