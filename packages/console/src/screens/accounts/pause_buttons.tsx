/** Pauses one thing, or lets it go on: the dialog of all actions asks for how long and why. */
import { useAct, useMay } from "../../act/use_act.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Moment } from "../../ui/figures.tsx";
import { accountsTexts } from "./texts.ts";

/** Where the dialog begins, as PostgreSQL reads an interval: what somebody forgets to resume goes on by itself. */
const AT_FIRST = "1 hour";

interface PauseButtonsProps {
  /** What is paused: `{account_id: 3}`, `{user_id: "…"}`. */
  filter: Readonly<Record<string, unknown>>;
  isPaused: boolean;
  pauseTitle: string;
  resumeTitle: string;
}

export function PauseButtons({ filter, isPaused, pauseTitle, resumeTitle }: PauseButtonsProps) {
  const { pauses } = useTexts(accountsTexts);
  const act = useAct();
  const may = useMay();
  if (!may("pause")) return null;
  const pause = () => act({ action: "pause", filter: { ...filter, for: AT_FIRST }, title: pauseTitle });
  return (
    <>
      {isPaused && (
        <Button onClick={() => act({ action: "resume", filter, title: resumeTitle })}>{pauses.resume}</Button>
      )}
      <Button onClick={pause}>{isPaused ? pauses.longer : pauses.pause}</Button>
    </>
  );
}

/** Until when something is paused, and why. */
export function PauseNote({ until, reason }: { until: string | null; reason: string | null }) {
  const { pauses } = useTexts(accountsTexts);
  if (!until) return null;
  return (
    <span>
      {until === "infinity" ? pauses.endless : (
        <>
          {pauses.until} <Moment at={until} />
        </>
      )}
      {reason && <>: {reason}</>}
    </span>
  );
}
