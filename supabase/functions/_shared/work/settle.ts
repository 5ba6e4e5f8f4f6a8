/** Settle: finding out what became of a task, and keeping its result. */
import { progress } from "../engine/attempts.ts";
import { defer } from "../engine/messages.ts";
import type { Message } from "../engine/work_item.ts";
import { withoutSecrets } from "../providers/kit/without_secrets.ts";
import { type Outcome, type Provider, ProviderError } from "../providers/provider.ts";
import { providerNamed } from "../providers/registry.ts";
import { cancelTask } from "./settle_cancel.ts";
import { keep } from "./settle_copying.ts";
import { askAgain, fail } from "./settle_waiting.ts";

// A failure that nobody announced may be a passing one (runninghub.md#surprises): it is believed at the second reading.
const SECOND_READING_SECONDS = 20;

/**
 * Works on one settle message to its end. `announced`: what a webhook said just now, if one did.
 * Throws only when the database does.
 */
export async function settleMessage(
  message: Message,
  announced?: "succeeded" | "failed" | "running" | "unknown",
  named: Provider = providerNamed(message.item.provider),
): Promise<void> {
  const { item } = message;
  const provider = withoutSecrets(named);
  const externalId = item.attempt.external_id;
  if (item.kind === "cancel") return await cancelTask(provider, message, externalId);
  if (!externalId) {
    return await askAgain(message, "the provider's task id is not known yet");
  }

  let outcome: Outcome;
  try {
    outcome = await provider.fetchOutcome(item, externalId);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return await askAgain(message, error.message);
  }
  switch (outcome.state) {
    case "succeeded":
      return await keep(message, outcome);
    case "failed":
      if (announced === "failed" || item.attempt.checkpoint.failure_seen) {
        return await fail(message, { ...outcome.failure, raw: outcome.raw });
      }
      return await defer(message, SECOND_READING_SECONDS, { failure_seen: true });
    case "queued":
    case "running":
      if (outcome.progress !== undefined) await progress(message, outcome.progress);
      return await askAgain(message, `the task is ${outcome.state}`);
    case "unknown":
      return await askAgain(message, outcome.reason);
  }
}
