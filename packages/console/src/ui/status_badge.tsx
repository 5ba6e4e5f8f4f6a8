/** How a job stands, in a word and a dot. */
import { commonTexts } from "../texts/common.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Tag, type Tone } from "./tag.tsx";

const TONES: Readonly<Record<string, Tone>> = {
  pending: "quiet",
  processing: "accent",
  completed: "good",
  failed: "bad",
  cancelled: "plain",
};

/** A status that this version does not know is shown as it is. */
export function StatusBadge({ status }: { status: string }) {
  const { statuses } = useTexts(commonTexts);
  return <Tag tone={TONES[status] ?? "plain"}>{(statuses as Record<string, string>)[status] ?? status}</Tag>;
}
