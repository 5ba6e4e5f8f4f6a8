/** Submits of which nobody knows whether the provider heard them. */
import { checkpoint, type Submitted } from "../engine/attempts.ts";
import { attemptFailed } from "../engine/attempts.ts";
import { defer } from "../engine/messages.ts";
import type { Message, WorkItem } from "../engine/work_item.ts";
import { type Provider, ProviderError } from "../providers/provider.ts";
import { logError } from "../runtime/log.ts";
import { contextOf, startTask, superseded, taken } from "./start_task.ts";

// How long a submit stays in doubt before it is done again: a lost answer may still be followed by its webhook, and
// Astria asks for as much (docs/providers/astria.md#errors).
const GRACE_SECONDS = 60;
const LONGEST_GRACE_SECONDS = 600;
// Each may start a task that is paid for.
const MAX_RESUBMITS = 2;

/** A submit may have reached the provider. Finds the task, or does as the provider's policy says. */
export async function submitAgain(provider: Provider, message: Message): Promise<void> {
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
  await startTask(provider, message, { isNoted: true });
}

/** The task that an earlier submit made, null when there is none or it cannot be looked for. */
async function look(provider: Provider, item: WorkItem): Promise<Submitted | null | "not known"> {
  try {
    const context = contextOf(provider, item, item.attempt.checkpoint.files ?? {});
    const found = await provider.findTasks?.(item, context) ?? [];
    return found[0] ?? null;
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
export async function leaveInDoubt(provider: Provider, message: Message): Promise<void> {
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
