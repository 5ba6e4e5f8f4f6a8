/** Webhooks of a job that were refused for one reason: how often and since when; nothing of what they said is kept. */
import { useLanguage } from "../../preferences.ts";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { webhooksTexts } from "./texts.ts";
import type { InboxLine } from "./webhook.ts";
import { WebhookFacts } from "./webhook_facts.tsx";

export function RefusalDialog({ line, onClose }: { line: InboxLine; onClose: () => void }) {
  const { one } = useTexts(webhooksTexts);
  const [language] = useLanguage();
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
