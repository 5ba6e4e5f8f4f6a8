/** How many jobs a lane may start in a window, and how many of them it has. */
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { aboutIn } from "./about.ts";
import type { LaneLine } from "./lane_line.ts";
import { nowTexts } from "./texts.ts";

export function Rate({ rate }: { rate: LaneLine["rate"] }) {
  const texts = useTexts(nowTexts);
  const [language] = useLanguage();
  if (!rate) return <span className="quiet">–</span>;
  const { limit, used, window_ms } = rate;
  return (
    <span className={used >= limit ? "is-used-up" : ""}>
      {texts.rate(wholeIn(language, used), wholeIn(language, limit), aboutIn(language, window_ms))}
    </span>
  );
}
