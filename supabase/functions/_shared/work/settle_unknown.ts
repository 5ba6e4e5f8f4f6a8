/** What settle does with an attempt whose task is not known: its submit is in doubt, or a webhook named none. */
import type { Message } from "../engine/work_item.ts";
import { type FoundTask, type Provider, ProviderError } from "../providers/provider.ts";
import { bestOf, tasksOf } from "./find_tasks.ts";
import { askAgain } from "./settle_waiting.ts";
import { taken } from "./start_task.ts";

/** The message with the task that the provider was found to have, told to the engine; null: the message is dealt with. */
export async function withTask(provider: Provider, message: Message): Promise<Message | null> {
  let found: FoundTask | undefined;
  try {
    found = bestOf(await tasksOf(provider, message.item) ?? []);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    await askAgain(message, error.message);
    return null;
  }
  if (!found) {
    await askAgain(message, "the provider's task id is not known yet");
    return null;
  }
  await taken(message, found);
  const { item } = message;
  const checkpoint = { ...item.attempt.checkpoint, ...found.checkpoint };
  const attempt = { ...item.attempt, checkpoint, phase: "submitted" as const, external_id: found.externalId };
  return { ...message, item: { ...item, attempt } };
}
