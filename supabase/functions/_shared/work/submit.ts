/** Submit: handing a job to its provider, once. */
import { attemptFailed, submitted } from "../engine/attempts.ts";
import { ClassifiedError } from "../engine/failure.ts";
import type { Message } from "../engine/work_item.ts";
import { withoutSecrets } from "../providers/kit/without_secrets.ts";
import { type Provider, ProviderError } from "../providers/provider.ts";
import { providerNamed } from "../providers/registry.ts";
import { logError, logJob } from "../runtime/log.ts";
import { startTask } from "./start_task.ts";
import { leaveInDoubt, submitAgain } from "./submit_doubt.ts";

/** Works on one submit message to its end: submitted, failed and classified, or left for later. Throws only when the database does. */
export async function submitMessage(
  message: Message,
  named: Provider = providerNamed(message.item.provider),
): Promise<void> {
  const { job, attempt } = message.item;
  const provider = withoutSecrets(named);
  try {
    if (attempt.external_id) {
      // The provider has it: the worker before us died between its answer and the acknowledgement, or a webhook came first.
      await submitted(message, { externalId: attempt.external_id, raw: null, details: {} });
      return;
    }
    // Past preparing, the task may exist: an earlier worker was submitting, or a webhook without an id has come.
    const mayExist = attempt.phase !== "dispatched" && attempt.phase !== "preparing";
    await (mayExist ? submitAgain(provider, message) : startTask(provider, message));
  } catch (error) {
    if (!(error instanceof ClassifiedError)) throw error;
    if (error instanceof ProviderError && error.isAmbiguous) {
      logError("submit", error, { job: job.id, outcome: "unknown" });
      return await leaveInDoubt(provider, message);
    }
    const verdict = await attemptFailed(message, error.failure);
    logJob(job.id, verdict, {
      error_code: error.failure.code,
      retry_class: error.failure.retryClass,
    });
  }
}
