/** How much of an account is taken, as figures and as a bar. */
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import type { Account } from "./account.ts";
import { accountsTexts } from "./texts.ts";

export function SlotMeter({ account }: { account: Account }) {
  const [language] = useLanguage();
  const texts = useTexts(accountsTexts);
  const { running, capacity, retiring } = account;
  const share = Math.min(1, running / Math.max(1, capacity));
  return (
    <span className="slot-meter">
      <span className="figure">{wholeIn(language, running)} / {wholeIn(language, capacity)}</span>
      <span
        className="slot-bar"
        role="img"
        aria-label={texts.taken(wholeIn(language, running), wholeIn(language, capacity))}
      >
        <span style={{ inlineSize: `${share * 100}%` }} />
      </span>
      {retiring > 0 && <span className="quiet">{texts.retiring(retiring)}</span>}
    </span>
  );
}
