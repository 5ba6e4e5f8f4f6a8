/** How much of what may be posted has been, as figures and as a bar. */
import { useLanguage } from "@esteira/preferences";
import { spanIn, wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import type { Limit } from "./rows.ts";
import { connectionsTexts } from "./texts.ts";

export function LimitMeter({ limit }: { limit: Limit | null }) {
  const [language] = useLanguage();
  const texts = useTexts(connectionsTexts);
  if (!limit) return <span className="quiet">{texts.noLimit}</span>;
  const used = wholeIn(language, limit.used);
  const total = wholeIn(language, limit.total);
  const words = texts.usedOf(used, total, spanIn(language, limit.windowSeconds * 1000));
  const share = Math.min(1, limit.used / Math.max(1, limit.total));
  return (
    <span className="limit-meter" title={words}>
      <span className="figure">{texts.of(used, total)}</span>
      <span className={`limit-bar ${share >= 1 ? "is-full" : ""}`} role="img" aria-label={words}>
        <span style={{ inlineSize: `${share * 100}%` }} />
      </span>
    </span>
  );
}
