/** What the provider has called with, and what was not believed. The bodies are among the raw payloads. */
import { hrefTo } from "../../data/use_filters.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { Moment } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Tag } from "../../ui/tag.tsx";
import { PlainTable } from "./plain_table.tsx";
import { jobTexts, wordOf } from "./texts.ts";
import type { Facts } from "./types.ts";

export function Webhooks({ facts: { job, webhooks, refusals } }: { facts: Facts }) {
  const texts = useTexts(jobTexts);
  return (
    <Panel
      title={texts.webhooks}
      actions={<Link href={hrefTo("/webhooks", { job: job.id })}>{texts.inInbox}</Link>}
      isFlush
    >
      {webhooks.length + refusals.length === 0 ? <Empty>{texts.noWebhooks}</Empty> : (
        <PlainTable
          label={texts.webhooks}
          heads={[texts.when, texts.outcome, texts.labels.attempt, texts.task, texts.verifiedBy]}
          rows={[
            ...webhooks.map(({ received_at, verdict, attempt, external_id, verified_by }, n) => ({
              key: String(n),
              cells: [
                <Moment key="at" at={received_at} />,
                <Tag key="verdict" tone={verdict === "accepted" ? "good" : "warn"}>
                  {wordOf(texts.webhookVerdicts, verdict)}
                </Tag>,
                attempt,
                <code key="task">{external_id ?? "–"}</code>,
                verified_by,
              ],
            })),
            ...refusals.map(({ reason, times, last_at }) => ({
              key: reason,
              cells: [
                <Moment key="at" at={last_at} />,
                <Tag key="verdict" tone="bad">{texts.refused(String(times))}</Tag>,
                "–",
                "–",
                wordOf(texts.refusals, reason),
              ],
            })),
          ]}
        />
      )}
    </Panel>
  );
}
