/** Whether a part runs, in a word. */
import { useTexts } from "../../texts/use_texts.ts";
import { Tag, type Tone } from "../../ui/tag.tsx";
import type { PartVerdict } from "./answers.ts";
import { schedulesTexts } from "./texts.ts";

const TONES: Readonly<Record<PartVerdict, Tone>> = {
  ok: "good",
  never: "quiet",
  dead: "bad",
  inactive: "warn",
  unscheduled: "bad",
  failing: "bad",
};

export function PartState({ verdict }: { verdict: PartVerdict }) {
  const { verdicts } = useTexts(schedulesTexts);
  return <Tag tone={TONES[verdict]}>{verdicts[verdict]}</Tag>;
}
