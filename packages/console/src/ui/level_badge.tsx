/** How serious a verdict or a check is. */
import { commonTexts } from "../texts/common.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Tag, type Tone } from "./tag.tsx";

const TONES: Readonly<Record<string, Tone>> = {
  ok: "good",
  info: "plain",
  wait: "accent",
  warn: "warn",
  error: "bad",
};

export function LevelBadge({ level }: { level: string }) {
  const { levels } = useTexts(commonTexts);
  return <Tag tone={TONES[level] ?? "plain"}>{(levels as Record<string, string>)[level] ?? level}</Tag>;
}
