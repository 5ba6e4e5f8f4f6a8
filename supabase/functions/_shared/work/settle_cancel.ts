/** What settle does for a job that its user has cancelled. */
import { acknowledge } from "../engine/messages.ts";
import type { Message } from "../engine/work_item.ts";
import { type Provider, ProviderError } from "../providers/provider.ts";
import { logError, logJob } from "../runtime/log.ts";

const MAX_CANCEL_READINGS = 3;

/** Stops the task of a job that its user has cancelled. One that is not known, not stoppable or over already is let be. */
export async function cancelTask(
  provider: Provider,
  message: Message,
  externalId: string | null,
): Promise<void> {
  const { job } = message.item;
  try {
    if (externalId) await provider.cancel?.(message.item, externalId);
    logJob(job.id, "cancelled", { taskId: externalId });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    logError("cancel", error, { job: job.id, taskId: externalId });
    // The message comes back with its lease; after that the task runs to its end, and its result is kept as an orphan.
    if (error.failure.retryClass !== "never" && message.read_count < MAX_CANCEL_READINGS) return;
  }
  await acknowledge(message);
}
