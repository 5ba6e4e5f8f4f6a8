/** What an act was to charge, or has given. */
import { useLanguage } from "@esteira/preferences";
import { type Whole, wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { auditTexts } from "./texts.ts";

export function CreditsWord({ credits }: { credits: Whole }) {
  const [language] = useLanguage();
  const { charged, given } = useTexts(auditTexts);
  const exact = BigInt(credits);
  if (exact === 0n) return <>–</>;
  const amount = wholeIn(language, String(exact < 0n ? -exact : exact));
  return <span className="figure">{exact < 0n ? given(amount) : charged(amount)}</span>;
}
