/** Durations, moments and whole numbers, written in the reader's language. */
import { useLanguage } from "@esteira/preferences";
import { commonTexts } from "../texts/common.ts";
import { fullMomentIn, momentIn, spanIn, type Whole as WholeNumber, wholeIn } from "../texts/format.ts";
import { useTexts } from "../texts/use_texts.ts";

const NOTHING = "–";

/** A span that SQL has measured, in milliseconds. */
export function Duration({ ms }: { ms: number | null | undefined }) {
  const [language] = useLanguage();
  return <span className="figure">{ms === null || ms === undefined ? NOTHING : spanIn(language, ms)}</span>;
}

/** The same as "… ago". */
export function Ago({ ms }: { ms: number | null | undefined }) {
  const [language] = useLanguage();
  const { ago } = useTexts(commonTexts);
  return (
    <span className="figure">{ms === null || ms === undefined ? NOTHING : ago(spanIn(language, ms))}</span>
  );
}

/** A moment, from ISO 8601; in full where one points at it. */
export function Moment({ at }: { at: string | null | undefined }) {
  const [language] = useLanguage();
  if (!at) return <span className="figure">{NOTHING}</span>;
  return (
    <time className="figure" dateTime={at} title={fullMomentIn(language, at)}>{momentIn(language, at)}</time>
  );
}

/** A whole number, exactly, however large. */
export function Whole({ value }: { value: WholeNumber | null | undefined }) {
  const [language] = useLanguage();
  return (
    <span className="figure">
      {value === null || value === undefined ? NOTHING : wholeIn(language, value)}
    </span>
  );
}
