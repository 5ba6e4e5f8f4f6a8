/** Webhooks of a job that were refused for one reason: how often and since when; nothing of what they said is kept. */
import { useLanguage } from "@esteira/preferences";
import { useOps } from "../../data/use_ops.ts";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Problem } from "../../ui/problem.tsx";
import { webhooksTexts } from "./texts.ts";
import { type InboxLine, type InboxPage, isId } from "./webhook.ts";
import { WebhookFacts } from "./webhook_facts.tsx";

interface RefusalDialogProps {
  /** Of the address: `refusal:<job>:<reason>`. */
  id: string;
  /** The line, where it is among those that are shown. */
  shown: InboxLine | undefined;
  onClose(): void;
}

export function RefusalDialog({ id, shown, onClose }: RefusalDialogProps) {
  const { one } = useTexts(webhooksTexts);
  const [language] = useLanguage();
  const [, jobId = "", reason] = id.split(":");
  const { data, error } = useOps<InboxPage>(
    "webhooks",
    { p_filter: { job_id: jobId, verdict: reason, refused: true }, p_limit: 1 },
    { every: false, enabled: !shown && isId(jobId) },
  );
  const line = shown ?? data?.webhooks.find((found) => found.id === id);
  if (!line) {
    return (
      <Dialog title={one.title} onClose={onClose}>
        {error ? <Problem error={error} /> : isId(jobId) && !data ? <Loading /> : <p>{one.gone}</p>}
      </Dialog>
    );
  }
  return (
    <Dialog
      title={one.refused(wholeIn(language, line.times))}
      lead={one.nothingKept}
      onClose={onClose}
      isWide
    >
      <WebhookFacts line={line} />
    </Dialog>
  );
}
