/** What settle does with a task that failed. */
import { attemptFailed } from "../engine/endings.ts";
import { costNoted } from "../engine/results.ts";
import type { Message } from "../engine/work_item.ts";
import { type FoundTask, type Outcome, type Provider, ProviderError } from "../providers/provider.ts";
import { logJob } from "../runtime/log.ts";
import { logEffect } from "./log_effect.ts";
import { mayHaveSeveral, senderSeconds, tasksOf } from "./find_tasks.ts";
import { keep } from "./settle_copying.ts";
import { askAgain } from "./settle_waiting.ts";
import { asking } from "./weather.ts";

type Failed = Extract<Outcome, { state: "failed" }>;

/**
 * Ends the attempt. But where several submits may have made several tasks, it is over only when all of them are: one that
 * succeeded is the attempt's, one that is alive is waited for.
 */
export async function taskFailed(provider: Provider, message: Message, outcome: Failed): Promise<void> {
  if (!mayHaveSeveral(provider, message.item)) return await end(message, outcome, false);
  try {
    await endOfAll(provider, message, outcome);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    await askAgain(message, error.message);
  }
}

async function endOfAll(provider: Provider, message: Message, outcome: Failed): Promise<void> {
  const { item } = message;
  const tasks = await tasksOf(provider, item);
  if (tasks === null) {
    return await askAgain(message, "another submit may have made a task that cannot be looked for");
  }
  const isIn = (state: FoundTask["state"]) => tasks.find((task) => task.state === state);
  const success = isIn("succeeded");
  if (success) return await keepOther(provider, message, success);
  const alive = isIn("alive");
  if (alive) return await askAgain(message, `another task of the same attempt goes on: ${alive.externalId}`);
  const sender = senderSeconds(item);
  if (sender > 0) return await askAgain(message, "another submit may be under way", sender);
  await end(message, outcome, true);
}

/** Keeps what another task of the attempt has made: it is paid for. */
async function keepOther(provider: Provider, message: Message, task: FoundTask): Promise<void> {
  const { item } = message;
  const checkpoint = { ...item.attempt.checkpoint, ...task.checkpoint };
  const work = { ...item, attempt: { ...item.attempt, checkpoint, external_id: task.externalId } };
  const outcome = await asking(item, () => provider.fetchOutcome(work, task.externalId));
  if (outcome.state === "succeeded") return await keep(message, outcome, task.externalId);
  await askAgain(message, `another task of the same attempt is ${outcome.state}: ${task.externalId}`);
}

async function end(message: Message, { failure, raw, cost }: Failed, isAllOver: boolean): Promise<void> {
  if (cost) await costNoted(message, cost); // before the message is done with
  const verdict = await attemptFailed(message, { ...failure, raw }, { isAllOver });
  logJob(message.item.job.id, verdict, { error_code: failure.code, error: failure.message });
  if (verdict === "failed") logEffect(message.item);
  if (verdict === "in_doubt") {
    await askAgain(message, "other submits of the same attempt may have made tasks");
  }
}
