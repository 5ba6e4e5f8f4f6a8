/** Settle: finding out what became of a task, and keeping its result. */
import { circuitSeconds } from "../engine/circuit.ts";
import { otherTask } from "../engine/attempts.ts";
import { defer } from "../engine/messages.ts";
import { progress } from "../engine/results.ts";
import type { Message } from "../engine/work_item.ts";
import { withoutSecrets } from "../providers/kit/without_secrets.ts";
import { type Outcome, type Provider, ProviderError, type WebhookEvent } from "../providers/provider.ts";
import { providerNamed } from "../providers/registry.ts";
import { keep } from "./settle_copying.ts";
import { taskFailed } from "./settle_failed.ts";
import { withTask } from "./settle_unknown.ts";
import { askAgain, giveUpEarly } from "./settle_waiting.ts";
import { asking } from "./weather.ts";

// A failure that nobody announced may be a passing one (runninghub.md#surprises): it is believed at the second reading.
const SECOND_READING_SECONDS = 20;

/**
 * Works on one settle message to its end. `announced`: what a webhook said just now, if one did.
 * Throws only when the database does.
 */
export async function settleMessage(
  message: Message,
  announced?: WebhookEvent["state"],
  named: Provider = providerNamed(message.item.provider),
): Promise<void> {
  const provider = withoutSecrets(named);
  const { attempt } = message.item;
  if (attempt.phase === "produced") {
    const data = attempt.data ? { data: attempt.data } : {};
    return await keep(message, { state: "succeeded", outputs: attempt.outputs ?? [], ...data, raw: null });
  }
  const closed = circuitSeconds(message.item);
  if (closed > 0) return await askAgain(message, "the provider is down", closed);
  const current = attempt.external_id ? message : await withTask(provider, message);
  if (!current) return;
  const { item } = current;
  const taskId = item.attempt.external_id ?? "";
  const ask = (externalId: string) =>
    asking(item, () => provider.fetchOutcome(item, externalId)).catch(providerError);
  const answer = await ask(taskId);
  const isStranger = attempt.word !== null && !(answer instanceof ProviderError) &&
    answer.state === "unknown";
  const other = isStranger ? await otherTask(current) : null;
  if (other === null) return await settleTask(provider, current, answer, announced);
  await settleTask(provider, {
    ...current,
    item: { ...item, attempt: { ...item.attempt, external_id: other } },
  }, await ask(other));
}

/** The same for a message whose provider was asked, after many tasks at once, just now. */
export async function settleAnswered(
  message: Message,
  answer: Outcome | ProviderError,
  named: Provider = providerNamed(message.item.provider),
): Promise<void> {
  await settleTask(withoutSecrets(named), message, answer);
}

function providerError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  throw error;
}

/** Settles a message whose task is known, by what its provider says of it. */
async function settleTask(
  provider: Provider,
  message: Message,
  outcome: Outcome | ProviderError,
  announced?: WebhookEvent["state"],
): Promise<void> {
  if (outcome instanceof ProviderError) return await askAgain(message, outcome.message);
  const { attempt } = message.item;
  switch (outcome.state) {
    case "succeeded":
      return await keep(message, outcome);
    case "failed": {
      const isSure = announced === "failed" || attempt.word === "failed" || attempt.checkpoint.failure_seen;
      if (isSure) return await taskFailed(provider, message, outcome);
      return await defer(message, SECOND_READING_SECONDS, { failure_seen: true });
    }
    case "queued":
    case "running":
      if (outcome.progress !== undefined) await progress(message, outcome.progress);
      return await askAgain(message, `the task is ${outcome.state}`);
    case "unknown":
      return await askAgain(message, outcome.reason);
    case "overdue":
      return await giveUpEarly(message, outcome.reason);
  }
}
