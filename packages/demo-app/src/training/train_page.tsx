/** Training a model: what it needs, and then the wait for it. */
import { TrainForm } from "./train_form.tsx";
import { TrainWait } from "./train_wait.tsx";

export function TrainPage({ jobId }: { jobId: string | null }) {
  return jobId ? <TrainWait key={jobId} jobId={jobId} /> : <TrainForm />;
}
