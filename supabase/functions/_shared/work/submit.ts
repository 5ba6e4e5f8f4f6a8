/** Submit: handing a job to its provider, once. */
import { submitted } from "../engine/attempts.ts";
import { circuitSeconds } from "../engine/circuit.ts";
import { attemptFailed } from "../engine/endings.ts";
import { ClassifiedError, type ClassifiedFailure } from "../engine/failure.ts";
import { acknowledge, defer } from "../engine/messages.ts";
import type { Message } from "../engine/work_item.ts";
import { withoutSecrets } from "../providers/kit/without_secrets.ts";
import { type Provider, ProviderError } from "../providers/provider.ts";
import { providerNamed } from "../providers/registry.ts";
import { logError, logJob } from "../runtime/log.ts";
import { settleMessage } from "./settle.ts";
import { startTask } from "./start_task.ts";
import { leaveInDoubt, submitAgain } from "./submit_doubt.ts";

/** Works on one submit message to its end: submitted, failed and classified, or left for later. Throws only when the database does. */
export async function submitMessage(
  message: Message,
  named: Provider = providerNamed(message.item.provider),
): Promise<void> {
  const { job, attempt } = message.item;
  if (attempt.external_id) {
    // The provider has it: the worker before us died between its answer and the acknowledgement, or a webhook came first.
    await submitted(message, { externalId: attempt.external_id, raw: null, details: {} });
    return;
  }
  // A provider that answers with the end has no task of which there is an id.
  if (attempt.phase === "produced") return await settleMessage(message, undefined, named);
  // After a webhook there is a task, though its id is not known: that is for settling to find out.
  if (attempt.phase === "settling" || attempt.phase === "submitted" || attempt.word !== null) {
    logJob(job.id, "left to settle", { phase: attempt.phase });
    return await acknowledge(message);
  }
  const provider = withoutSecrets(named);
  const closed = circuitSeconds(message.item);
  if (closed > 0) {
    logJob(job.id, "the provider is down", { seconds: closed });
    return await defer(message, closed);
  }
  try {
    // Past preparing, the task may exist: an earlier worker was submitting.
    const mayExist = attempt.phase !== "dispatched" && attempt.phase !== "preparing";
    const verdict = await (mayExist ? submitAgain(provider, message) : startTask(provider, message));
    if (verdict === "in_doubt") await leaveInDoubt(provider, message, attempt.submits + 1);
  } catch (error) {
    if (!(error instanceof ClassifiedError)) throw error;
    await refused(provider, message, error);
  }
}

/** A submit came to nothing, as far as can be seen. */
async function refused(provider: Provider, message: Message, error: ClassifiedError): Promise<void> {
  const { job, attempt } = message.item;
  const inDoubt = () => leaveInDoubt(provider, message, attempt.submits + 1);
  if (error instanceof ProviderError && error.isAmbiguous) {
    logError("submit", error, { job: job.id, outcome: "unknown" });
    return await inDoubt();
  }
  const failure = withoutWeather(error);
  const verdict = await attemptFailed(message, failure);
  logJob(job.id, verdict, { error_code: failure.code, retry_class: failure.retryClass });
  if (verdict === "in_doubt") await inDoubt();
}

/** Weather is not the job's fault: it waits, and no attempt is used. */
function withoutWeather(error: ClassifiedError): ClassifiedFailure {
  const isWeather = error instanceof ProviderError && error.isUnreachable;
  return isWeather ? { ...error.failure, retryClass: "wait" } : error.failure;
}
