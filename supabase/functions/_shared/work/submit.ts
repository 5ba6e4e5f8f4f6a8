/** Submit: handing a job to its provider, once. */
import { attemptFailed, checkpoint, defer, submitted } from "../engine/worker_rpc.ts";
import { callbackUrl } from "../runtime/env.ts";
import { openInput, signInput } from "../files/stored_files.ts";
import { logError, logJob } from "../runtime/log.ts";
import { type Provider, ProviderError, type SubmitContext, type Submitted } from "../providers/provider.ts";
import { providerNamed } from "../providers/registry.ts";
import { withoutSecrets } from "../providers/kit/without_secrets.ts";
import type { Message, WorkItem } from "../engine/work_item.ts";

// How long a submit stays in doubt before it is done again: a lost answer may still be followed by its webhook, and
// Astria asks for as much (docs/providers/astria.md#errors).
const GRACE_SECONDS = 60;
const LONGEST_GRACE_SECONDS = 600;
// Each may start a task that is paid for.
const MAX_RESUBMITS = 2;

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
    await (mayExist ? submitAgain(provider, message) : submitTo(provider, message));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.isAmbiguous) {
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

async function submitTo(provider: Provider, message: Message): Promise<void> {
  const { item } = message;
  const files = await handOverFiles(provider, item);
  // Tools without files are noted as submitting when they are received, which spares this call.
  if (item.tool_settings.files && !await checkpoint(message, { files })) return superseded(item);
  await taken(provider, message, await provider.submit(item, contextOf(provider, item, files)));
}

function superseded({ job, attempt }: WorkItem): void {
  logJob(job.id, "superseded", { attempt: attempt.attempt });
}

/** The provider has the task. One whose job was ended meanwhile is stopped, if it can be. */
async function taken(provider: Provider, message: Message, answer: Submitted): Promise<void> {
  const { item } = message;
  const { job, attempt } = item;
  const status = await submitted(message, answer);
  logJob(job.id, "running", {
    taskId: answer.externalId,
    account: item.account.name,
    attempt: attempt.attempt,
  });
  if (status === "cancelled" || status === "failed") {
    const checkpoint = { ...attempt.checkpoint, ...answer.checkpoint };
    await provider.cancel?.({ ...item, attempt: { ...attempt, checkpoint } }, answer.externalId)
      .catch((error) => logError("cancel", error));
  }
}

/** Hands over the input files that an earlier worker has not, and returns how the submit names each. */
async function handOverFiles(provider: Provider, item: WorkItem): Promise<SubmitContext["files"]> {
  const names: SubmitContext["files"] = { ...item.attempt.checkpoint.files };
  for (const field of Object.keys(item.tool_settings.files ?? {})) {
    if (names[field]) continue;
    const paths = [item.job.input[field]].flat().filter((path) => typeof path === "string");
    if (paths.length === 0) continue;
    names[field] = [];
    for (const path of paths) {
      names[field].push(
        provider.upload ? await provider.upload(item, await openInput(path)) : await signInput(path),
      );
    }
    logJob(item.job.id, "upload", { field, fileName: provider.upload ? names[field] : paths });
  }
  return names;
}

function contextOf(
  provider: Provider,
  { job, attempt }: WorkItem,
  files: SubmitContext["files"],
): SubmitContext {
  return { callbackUrl: callbackUrl(provider.name, job.id, attempt.token), files };
}

// In doubt --------------------------------------------------------------------------------------------------------

/** A submit may have reached the provider. Finds the task, or does as the provider's policy says. */
async function submitAgain(provider: Provider, message: Message): Promise<void> {
  const { item } = message;
  const { resubmit_at } = item.attempt.checkpoint;
  const found = await look(provider, item);
  if (found === "not known") return await leaveInDoubt(provider, message);
  if (found) return await taken(provider, message, found);
  if (provider.resubmit !== "idempotent") {
    const mayResubmit = resubmit_at && Date.parse(resubmit_at) <= Date.now();
    if (!mayResubmit) return await leaveInDoubt(provider, message);
    // Leave to do it again is good for once: a crash from here on puts the submit in doubt anew.
    if (!await checkpoint(message, { resubmit_at: null })) return superseded(item);
  }
  const files = await handOverFiles(provider, item);
  await taken(provider, message, await provider.submit(item, contextOf(provider, item, files)));
}

/** The task that an earlier submit made, null when there is none or it cannot be looked for. */
async function look(provider: Provider, item: WorkItem): Promise<Submitted | null | "not known"> {
  try {
    return await provider.findTask?.(item, contextOf(provider, item, item.attempt.checkpoint.files ?? {})) ??
      null;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    logError("find task", error, { job: item.job.id });
    return "not known";
  }
}

/**
 * The provider may or may not have the task. Where it may be asked again, that is for later. Else its webhook will
 * tell, by the attempt's token; without one the attempt ends at its deadline.
 */
async function leaveInDoubt(provider: Provider, message: Message): Promise<void> {
  const { job, attempt } = message.item;
  const remaining = job.deadline_at ? Math.ceil((Date.parse(job.deadline_at) - Date.now()) / 1000) : 0;
  if (remaining <= 0) {
    await attemptFailed(message, {
      retryClass: "never",
      code: "submit_unknown",
      message: "The provider never said whether it took the task",
    });
    return;
  }
  const { resubmits = 0 } = attempt.checkpoint;
  const mayResubmit = provider.resubmit === "idempotent" ||
    (provider.resubmit === "at_least_once" && resubmits < MAX_RESUBMITS);
  if (!mayResubmit) return await defer(message, remaining);
  // Twice as long each time: one that answers every submit with an error is not asked once a minute for hours.
  const seconds = Math.min(GRACE_SECONDS * 2 ** resubmits, LONGEST_GRACE_SECONDS, remaining);
  const resubmit_at = new Date(Date.now() + seconds * 1000).toISOString();
  await defer(message, seconds, { resubmit_at, resubmits: resubmits + 1 });
}
