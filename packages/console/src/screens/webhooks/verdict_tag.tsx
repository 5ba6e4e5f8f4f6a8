import { useTexts } from "../../texts/use_texts.ts";
import { Tag } from "../../ui/tag.tsx";
import { webhooksTexts } from "./texts.ts";
import { type InboxVerdict, VERDICT_TONES } from "./webhook.ts";

/** What became of a webhook. A verdict that this version does not know is shown as it is. */
export function VerdictTag({ verdict }: { verdict: string }) {
  const { verdicts } = useTexts(webhooksTexts);
  const known = verdict as InboxVerdict;
  return <Tag tone={VERDICT_TONES[known] ?? "plain"}>{verdicts[known] ?? verdict}</Tag>;
}
