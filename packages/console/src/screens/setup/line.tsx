/** One line of the setup: how it stands, and what mends it, to be copied. */
import { useTexts } from "../../texts/use_texts.ts";
import { RawText } from "../../ui/raw_text.tsx";
import { Tag, type Tone } from "../../ui/tag.tsx";
import type { LineVerdict, SetupLine } from "./answers.ts";
import { remedyKind } from "./remedy.ts";
import { setupTexts } from "./texts.ts";

const TONES: Readonly<Record<LineVerdict, Tone>> = {
  ok: "good",
  warn: "warn",
  error: "bad",
  asked: "accent",
  unknown: "quiet",
};

export function Line({ line: { name, verdict, detail, repair } }: { line: SetupLine }) {
  const t = useTexts(setupTexts);
  return (
    <li className={`setup-line ${repair && verdict !== "ok" ? "" : "is-short"}`.trim()}>
      <div className="setup-line-head">
        <Tag tone={TONES[verdict] ?? "plain"}>{t.verdicts[verdict] ?? verdict}</Tag>
        <h3>{name}</h3>
      </div>
      <p lang="en">{detail}</p>
      {repair && verdict !== "ok" && <RawText text={repair} label={t.remedies[remedyKind(repair)]} />}
    </li>
  );
}
