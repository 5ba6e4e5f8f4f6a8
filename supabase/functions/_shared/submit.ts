/** Submit: handing a job to its provider, once. */
import { attemptFailed, checkpoint, defer, submitted } from "./engine.ts";
import { callbackUrl } from "./env.ts";
import { openInput } from "./files.ts";
import { logError, logJob } from "./log.ts";
import { type Provider, ProviderError } from "./providers/provider.ts";
import { providerNamed } from "./providers/registry.ts";
import type { Message, WorkItem } from "./work.ts";

/** Works on one submit message to its end: submitted, failed and classified, or left for later. Throws only when the database does. */
export async function submitMessage(message: Message): Promise<void> {
  const { job, attempt } = message.item;
  try {
    const provider = providerNamed(message.item.provider);
    if (attempt.external_id) {
      // The provider has it: the worker before us died between its answer and the acknowledgement, or a webhook came first.
      await submitted(message, {
        externalId: attempt.external_id,
        raw: null,
        details: {},
      });
      return;
    }
    // Past preparing, the task may exist: an earlier worker was submitting, or a webhook without an id has come.
    const mayExist = attempt.phase !== "dispatched" && attempt.phase !== "preparing";
    if (mayExist && provider.resubmit === "reconcile_only") return await awaitWebhook(message);
    await submitTo(provider, message);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (
      error.isAmbiguous &&
      providerNamed(message.item.provider).resubmit !== "idempotent"
    ) {
      logError("submit", error, { job: job.id, outcome: "unknown" });
      return await awaitWebhook(message);
    }
    const verdict = await attemptFailed(message, error.failure);
    logJob(job.id, verdict, {
      error_code: error.failure.code,
      retry_class: error.failure.retryClass,
    });
  }
}

async function submitTo(provider: Provider, message: Message): Promise<void> {
  const { item } = message;
  const files = await uploadFiles(provider, item);
  // Tools without files are noted as submitting when they are received, which spares this call.
  if (item.tool_settings.files && !await checkpoint(message, { files })) {
    return logJob(item.job.id, "superseded", { attempt: item.attempt.attempt });
  }
  const answer = await provider.submit(item, {
    callbackUrl: callbackUrl(provider.name, item.job.id, item.attempt.token),
    files,
  });
  const status = await submitted(message, answer);
  logJob(item.job.id, "running", {
    taskId: answer.externalId,
    account: item.account.name,
    attempt: item.attempt.attempt,
  });
  if (status === "cancelled" || status === "failed") {
    await provider.cancel?.(item, answer.externalId).catch((error) => logError("cancel", error));
  }
}

/** Hands over the input files that an earlier worker has not, and returns how the submit names each. */
async function uploadFiles(
  provider: Provider,
  item: WorkItem,
): Promise<Record<string, string>> {
  const names: Record<string, string> = { ...item.attempt.checkpoint.files };
  for (const field of Object.keys(item.tool_settings.files ?? {})) {
    const path = item.job.input[field];
    if (typeof path !== "string" || names[field] || !provider.upload) continue;
    names[field] = await provider.upload(item, await openInput(path));
    logJob(item.job.id, "upload", { fileName: names[field] });
  }
  return names;
}

/**
 * The provider may or may not have the task, and must not be asked twice. Its webhook will tell, by the attempt's
 * token; without one the attempt ends at its deadline.
 */
async function awaitWebhook(message: Message): Promise<void> {
  const { job } = message.item;
  const remaining = job.deadline_at ? Date.parse(job.deadline_at) - Date.now() : 0;
  if (remaining > 0) return await defer(message, Math.ceil(remaining / 1000));
  await attemptFailed(message, {
    retryClass: "never",
    code: "submit_unknown",
    message: "The provider never said whether it took the task",
  });
}
