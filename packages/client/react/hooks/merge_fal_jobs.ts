/** Which jobs a screen shows that hears of them in more than one way. */
import type { FalJob } from "../../../../shared/rows/documents.ts";

/**
 * The jobs of the client's queue, and those that an app has added by itself and the queue does not have yet; each once, by
 * id and by request id, newest first. Nothing goes backwards: what has ended stays so, whoever tells otherwise.
 */
export function mergeFalJobs(known: readonly FalJob[], added: readonly FalJob[]): readonly FalJob[] {
  const merged = [...known];
  for (const job of added) {
    const index = merged.findIndex((other) => isSameJob(other, job));
    const other = merged[index];
    if (!other) merged.push(job);
    else if (other.status === "pending" && job.status !== "pending") merged[index] = { ...job, id: other.id };
  }
  return merged.sort((one, two) => Date.parse(two.createdAt) - Date.parse(one.createdAt));
}

/** `added` with one more, or with a newer state of it; what has ended does not begin again. */
export function withFalJob(added: readonly FalJob[], job: FalJob): readonly FalJob[] {
  const known = added.find((other) => isSameJob(other, job));
  if (known && known.status !== "pending" && job.status === "pending") return added;
  return [...added.filter((other) => !isSameJob(other, job)), job];
}

/** The same job: by its id, or by its task's, once it has one. */
export function isSameJob(
  one: Pick<FalJob, "id" | "requestId">,
  two: Pick<FalJob, "id" | "requestId">,
): boolean {
  return one.id === two.id || (one.requestId !== null && one.requestId === two.requestId);
}
