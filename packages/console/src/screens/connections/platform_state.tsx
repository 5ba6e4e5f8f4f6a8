/** Whether a platform answers, or is paused, until when and why. */
import { useLanguage } from "@esteira/preferences";
import { spanIn, wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Moment } from "../../ui/figures.tsx";
import { Tag } from "../../ui/tag.tsx";
import type { Platform } from "./rows.ts";
import { connectionsTexts } from "./texts.ts";

export function PlatformState({ platform }: { platform: Platform }) {
  const texts = useTexts(connectionsTexts);
  const [language] = useLanguage();
  const { is_paused, paused_until, pause_reason, down_ms, failures } = platform;
  if (down_ms !== null) return <Tag tone="bad">{texts.down(spanIn(language, down_ms))}</Tag>;
  if (!is_paused) {
    return (
      <span className="state-words">
        <Tag tone="good">{texts.on}</Tag>
        {failures > 0 && <span className="quiet">{texts.failures(wholeIn(language, failures))}</span>}
      </span>
    );
  }
  return (
    <span className="state-words">
      <Tag tone="warn">{texts.paused}</Tag>
      <span className="quiet">
        {paused_until
          ? (
            <>
              {texts.until} <Moment at={paused_until} />
            </>
          )
          : texts.untilResumed}
        {pause_reason && `: ${pause_reason}`}
      </span>
    </span>
  );
}
