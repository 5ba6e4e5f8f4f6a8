/** What has come of an act: at once, or how far it is in the background. */
import { useTexts } from "../texts/use_texts.ts";
import { Link } from "../ui/link.tsx";
import type { Done, Progress } from "./plan.ts";
import { ProgressView } from "./progress_view.tsx";
import { RunProgress } from "./run_progress.tsx";
import { actTexts } from "./texts.ts";

export function DoneView({ done, onClose }: { done: Done; onClose(): void }) {
  const texts = useTexts(actTexts);
  if (done.thing) return <p role="status">{done.qualified > 0 ? texts.thingDone : texts.nothingDone}</p>;
  if (!isProgress(done)) return <p role="status">{texts.nothingDone}</p>;
  return (
    <>
      {done.state === "done"
        ? <ProgressView progress={done} />
        : <RunProgress runId={done.run_id} first={done} />}
      {done.items > 0 && (
        <p>
          <Link href={`/runs/${done.run_id}`} onClick={onClose}>{texts.toRun}</Link>
        </p>
      )}
    </>
  );
}

function isProgress(done: Done): done is Done & Progress {
  return done.run_id !== undefined && done.state !== undefined;
}
