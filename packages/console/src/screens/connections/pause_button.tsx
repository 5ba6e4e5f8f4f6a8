/** Pauses a connection or a platform, or lets it go on; the dialog of all actions asks for how long, and why. */
import { useAct, useMay } from "../../act/use_act.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { connectionsTexts } from "./texts.ts";

interface PauseButtonProps {
  /** What it is on: `{connection_id: "…"}`, `{platform: "x"}`. */
  filter: Readonly<Record<string, unknown>>;
  name: string;
  isPaused: boolean;
}

export function PauseButton({ filter, name, isPaused }: PauseButtonProps) {
  const texts = useTexts(connectionsTexts);
  const act = useAct();
  const action = isPaused ? "resume" : "pause";
  if (!useMay()(action)) return null;
  const title = isPaused ? texts.resumeOf(name) : texts.pauseOf(name);
  return <Button aria-label={title} onClick={() => act({ action, filter, title })}>{texts[action]}</Button>;
}
