/** A prediction as every answer and every webhook shows it (replicate.md#predictions). Pure. */
import type { Reading } from "../kit/task.ts";
import type { ReplicateTask } from "./task.ts";
import type { Failure } from "./failures.ts";

const STATUSES = {
  queued: "starting",
  running: "processing",
  succeeded: "succeeded",
  cancelled: "canceled",
} as const;

/** The prediction; a webhook's body is the same, as text. */
export function predictionOf(baseUrl: string, task: ReplicateTask, reading: Reading<Failure>) {
  const { id, submission, faults, createdAt, startedAt, endedAt } = task;
  const url = `${baseUrl}/v1/predictions/${id}`;
  const isOver = reading.status !== "queued" && reading.status !== "running";
  const seconds = ((endedAt ?? new Date()).getTime() - createdAt.getTime()) / 1000;
  const removed = faults.data_removed !== undefined && reading.status === "succeeded";
  return {
    id,
    model: submission.model,
    version: submission.version,
    status: statusOf(reading),
    input: removed ? {} : submission.input,
    output: removed ? null : outputOf(task, reading),
    error: reading.status === "failed" ? reading.failure.error : null,
    logs: "",
    metrics: isOver ? { predict_time: seconds, total_time: seconds } : {},
    source: "api",
    data_removed: removed,
    webhook: submission.webhook ?? null,
    ...submission.events ? { webhook_events_filter: submission.events } : {},
    created_at: createdAt.toISOString(),
    started_at: startedAt?.toISOString() ?? null,
    completed_at: isOver ? (endedAt ?? new Date()).toISOString() : null,
    urls: { get: url, cancel: `${url}/cancel`, web: `https://replicate.com/p/${id}` },
  };
}

/** Who cancels makes it `canceled`, whenever that is; `aborted` is what never began for another reason. */
function statusOf(reading: Reading<Failure>): string {
  return reading.status === "failed" ? reading.failure.status : STATUSES[reading.status];
}

function outputOf({ submission, faults }: ReplicateTask, reading: Reading<Failure>): unknown {
  if (reading.status !== "succeeded" || reading.links.length === 0) return null;
  const urls = reading.links.map(({ url }) => url);
  switch (faults.output_shape?.shape ?? (submission.model === "google/nano-banana" ? "string" : "array")) {
    case "string":
      return urls[0];
    case "array":
      return urls;
    case "object":
      return { image: urls[0], caption: "what it shows" };
  }
}
