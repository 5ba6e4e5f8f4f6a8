/** Pauses one thing for a while, or lets it go on; the dialog of all actions asks for the reason. */
import { useState } from "react";
import { useAct, useMay } from "../../act/use_act.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/field.tsx";
import { Moment } from "../../ui/figures.tsx";
import { accountsTexts } from "./texts.ts";

/** As PostgreSQL reads an interval; null: until it is resumed. */
const SPANS = { half_hour: "30 minutes", hours: "2 hours", day: "1 day", open: null } as const;
type Span = keyof typeof SPANS;

interface PauseControlsProps {
  /** What is paused: `{account_id: 3}`, `{user_id: "…"}`. */
  filter: Readonly<Record<string, unknown>>;
  isPaused: boolean;
  pauseTitle: string;
  resumeTitle: string;
}

export function PauseControls({ filter, isPaused, pauseTitle, resumeTitle }: PauseControlsProps) {
  const { pauses } = useTexts(accountsTexts);
  const act = useAct();
  const may = useMay();
  const [span, setSpan] = useState<Span>("half_hour");
  if (!may("pause")) return null;
  const until = SPANS[span];
  const pause = () =>
    act({ action: "pause", filter: { ...filter, ...until !== null && { for: until } }, title: pauseTitle });
  return (
    <div className="pause-controls">
      <Select
        label={pauses.label}
        value={span}
        onChange={({ target }) => setSpan(target.value as Span)}
        options={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: pauses.spans[value] }))}
      />
      <Button onClick={pause}>{pauses.pause}</Button>
      {isPaused && (
        <Button
          kind="primary"
          onClick={() => act({ action: "resume", filter, title: resumeTitle })}
        >
          {pauses.resume}
        </Button>
      )}
    </div>
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
