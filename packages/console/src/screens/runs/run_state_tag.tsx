/** Whether a run goes on. */
import type { RunState } from "../../act/plan.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Tag, type Tone } from "../../ui/tag.tsx";
import { runsTexts } from "./texts.ts";

const TONES: Readonly<Record<RunState, Tone>> = { running: "accent", done: "good", aborted: "warn" };

export function RunStateTag({ state }: { state: RunState }) {
  const { states } = useTexts(runsTexts);
  return <Tag tone={TONES[state]}>{states[state]}</Tag>;
}
