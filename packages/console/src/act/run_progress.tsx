/** A run as it goes on, with what stops it and what takes it up again. */
import { useUpdates } from "../data/updates.ts";
import { useOps } from "../data/use_ops.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Button } from "../ui/button.tsx";
import { Problem } from "../ui/problem.tsx";
import type { Progress } from "./plan.ts";
import { ProgressView } from "./progress_view.tsx";
import { RunControl } from "./run_control.tsx";
import { actTexts } from "./texts.ts";

/** The schedule works on a run every seven seconds; what it has done is seen soon after. */
const LOOK_EVERY_MS = 2_000;

export function RunProgress({ runId, first }: { runId: string; first: Progress }) {
  const { refresh } = useTexts(actTexts);
  const { isPaused } = useUpdates();
  const { data, error, refetch } = useOps<Progress>("run", { p_run_id: runId }, {
    every: LOOK_EVERY_MS,
    hints: "ops",
  });
  const progress = data?.run_id === runId ? data : first;
  return (
    <>
      <ProgressView progress={progress} />
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <div className="run-buttons">
        {isPaused && <Button onClick={() => void refetch()}>{refresh}</Button>}
        <RunControl runId={runId} state={progress.state} isOwn />
      </div>
    </>
  );
}
