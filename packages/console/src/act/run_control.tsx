/** Stops a run, or takes it up again: for admins, and for whoever began it. */
import { useOpsCall } from "../data/use_ops_call.ts";
import { useOperator } from "../session/operator.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Button } from "../ui/button.tsx";
import { Problem } from "../ui/problem.tsx";
import type { RunState } from "./plan.ts";
import { actTexts } from "./texts.ts";

interface RunControlProps {
  runId: string;
  state: RunState;
  /** Whether the operator has begun it. */
  isOwn: boolean;
}

export function RunControl({ runId, state, isOwn }: RunControlProps) {
  const { abort, resume } = useTexts(actTexts);
  const { me } = useOperator();
  const stop = useOpsCall("abort_run");
  const goOn = useOpsCall("resume_run");
  const isBusy = stop.isRunning || goOn.isRunning;
  const error = stop.error ?? goOn.error;
  const run = (call: typeof stop) => {
    stop.reset();
    goOn.reset();
    call.run({ p_run_id: runId }).catch(() => {});
  };
  if (!isOwn && me.role !== "admin") return null;
  return (
    <>
      {state === "running" && (
        <Button kind="danger" disabled={isBusy} onClick={() => run(stop)}>{abort}</Button>
      )}
      {state === "aborted" && (
        <Button kind="primary" disabled={isBusy} onClick={() => run(goOn)}>{resume}</Button>
      )}
      {error && <Problem error={error} />}
    </>
  );
}
