/** How a publication stands, in a word and a tone. */
import { useTexts } from "../../texts/use_texts.ts";
import { Tag, type Tone } from "../../ui/tag.tsx";
import { publicationsTexts } from "./texts.ts";

export const STATE_TONES: Readonly<Record<string, Tone>> = {
  scheduled: "quiet",
  waiting: "plain",
  publishing: "accent",
  published: "good",
  failed: "bad",
  cancelled: "plain",
  unknown: "warn",
};

/** A state that this version does not know is shown as it is. */
export function StateTag({ state }: { state: string }) {
  const { states } = useTexts(publicationsTexts);
  return <Tag tone={STATE_TONES[state] ?? "plain"}>{(states as Record<string, string>)[state] ?? state}</Tag>;
}
