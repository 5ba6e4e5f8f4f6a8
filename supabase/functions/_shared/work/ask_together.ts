/** Asking a provider after many tasks at once, where it can be: looking often then costs it, and us, little. */
import type { Message } from "../engine/work_item.ts";
import { circuitSeconds } from "../engine/circuit.ts";
import { withoutSecrets } from "../providers/kit/without_secrets.ts";
import { type Outcome, type Provider, ProviderError } from "../providers/provider.ts";
import { providerNamed } from "../providers/registry.ts";
import { logError } from "../runtime/log.ts";
import { tellCircuit } from "./weather.ts";

export type Answers = Map<Message, Outcome | ProviderError>;

/** Asks after the tasks that share a lane and an account with others of `messages`. The rest is asked after one by one. */
export async function askTogether(
  messages: readonly Message[],
  named: (name: string) => Provider = providerNamed,
): Promise<Answers> {
  const groups = Map.groupBy(
    messages.filter(isQuestion),
    ({ item }) => JSON.stringify([item.job.lane, item.account.name]),
  );
  const answers: Answers = new Map();
  await Promise.all(
    [...groups.values()].filter((group) => group.length > 1).map((group) =>
      ask(group, named, answers).catch((error) => logError("ask together", error))
    ),
  );
  return answers;
}

/** Whether all that there is to do about a message begins with asking after its task. */
function isQuestion({ item }: Message): boolean {
  return !item.publication && item.attempt.external_id !== null && item.attempt.phase !== "produced" &&
    circuitSeconds(item) === 0;
}

async function ask(group: Message[], named: (name: string) => Provider, answers: Answers): Promise<void> {
  const [first] = group;
  if (!first) return;
  const provider = withoutSecrets(named(first.item.provider));
  if (!provider.fetchOutcomes) return;
  const asked = group.map(({ item }) => ({ work: item, externalId: item.attempt.external_id ?? "" }));
  const outcomes = await provider.fetchOutcomes(asked).catch((error) => {
    if (error instanceof ProviderError) return group.map(() => error);
    throw error;
  });
  group.forEach((message, index) => {
    const outcome = outcomes[index];
    if (outcome) answers.set(message, outcome);
  });
  // One pass is one look at the weather, however many were asked after.
  const isDown = outcomes.find((outcome) => outcome instanceof ProviderError && outcome.isUnreachable);
  await tellCircuit(first.item, isDown instanceof ProviderError ? isDown : null);
}
