/** Submits of which nobody knows whether the provider heard them. */
import { noneFound } from "../engine/attempts.ts";
import { circuitSeconds } from "../engine/circuit.ts";
import { submitUnknown } from "../engine/endings.ts";
import { defer } from "../engine/messages.ts";
import type { Message } from "../engine/work_item.ts";
import { type FoundTask, type Provider, ProviderError } from "../providers/provider.ts";
import { logError, logJob } from "../runtime/log.ts";
import { bestOf, senderSeconds, tasksOf } from "./find_tasks.ts";
import { startTask, taken } from "./start_task.ts";
import { secondsLeft } from "./time_left.ts";

// How long a submit stays in doubt before it is done again: a lost answer may still be followed by its webhook, and
// Astria asks for as much (docs/providers/astria.md#errors).
const GRACE_SECONDS = 60;
const LONGEST_GRACE_SECONDS = 600;
const LOOK_AGAIN_SECONDS = 2;
// Where each may start a task that is paid for. The checkpoint counts them and has the last word.
const MAX_SUBMITS = 3;
const ENOUGH_NONES = 2;

/** A submit may have reached the provider. Finds the task, or does as the provider's policy says. */
export async function submitAgain(provider: Provider, message: Message): Promise<"done" | "in_doubt"> {
  const { item } = message;
  let tasks: FoundTask[] | null;
  try {
    tasks = await tasksOf(provider, item);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    logError("find tasks", error, { job: item.job.id });
    await leaveInDoubt(provider, message);
    return "done";
  }
  const found = bestOf(tasks ?? []);
  if (found) await taken(message, found);
  else if (isOverdue(message)) await giveUp(message);
  else if (await mayRepeat(provider, message, tasks)) return await startTask(provider, message);
  else await leaveInDoubt(provider, message);
  return "done";
}

/** Whether the submit may be done again now. `tasks`: empty, or null where the provider cannot be looked through. */
async function mayRepeat(provider: Provider, message: Message, tasks: FoundTask[] | null): Promise<boolean> {
  const { attempt } = message.item;
  if (senderSeconds(message.item) > 0) return false;
  if (provider.resubmit === "idempotent") return true;
  if (provider.resubmit === "reconcile_only" || tasks === null || attempt.submits >= MAX_SUBMITS) {
    return false;
  }
  return await noneFound(message) >= ENOUGH_NONES;
}

/**
 * The provider may or may not have the task. Where it may be asked again, that is for later. Else its webhook will
 * tell, by the attempt's token; without one the attempt ends at its deadline. `submits`: how many were made.
 */
export async function leaveInDoubt(
  provider: Provider,
  message: Message,
  submits: number = message.item.attempt.submits,
): Promise<void> {
  if (isOverdue(message)) return await giveUp(message);
  const { item } = message;
  const left = secondsLeft(item) ?? Infinity;
  // Twice as long each time: one that answers every submit with an error is not asked once a minute for hours.
  const grace = (times: number) =>
    Math.min(GRACE_SECONDS * 2 ** Math.max(times - 1, 0), LONGEST_GRACE_SECONDS);
  const mayResubmit = provider.resubmit === "idempotent" ||
    (provider.resubmit === "at_least_once" && provider.findTasks && submits < MAX_SUBMITS);
  const seconds = mayResubmit
    ? Math.max(grace(submits), senderSeconds(item))
    : provider.findTasks
    ? grace(message.read_count)
    : left === Infinity
    ? GRACE_SECONDS // the deadline was set by the checkpoint, and is read with the message next time
    : left;
  await defer(message, Math.max(Math.min(seconds, left), circuitSeconds(item), 1));
}

/** Past the deadline; but while the provider is down its jobs lose no time. */
function isOverdue({ item }: Message): boolean {
  const left = secondsLeft(item);
  return left !== null && left <= 0 && circuitSeconds(item) === 0;
}

/** Nobody ever learnt whether the provider took the task. SQL looks once more, under the attempt's lock. */
async function giveUp(message: Message): Promise<void> {
  const verdict = await submitUnknown(message);
  logJob(message.item.job.id, verdict, { error_code: "submit_unknown" });
  if (verdict === "known") await defer(message, LOOK_AGAIN_SECONDS);
}
