/** Asking a provider after many tasks at once, where it can be: looking often then costs it, and us, little. */
import type { Message } from "../engine/work_item.ts";
import { circuitSeconds } from "../engine/circuit.ts";
import { withoutSecrets } from "../providers/kit/without_secrets.ts";
import { type Outcome, type Provider, ProviderError } from "../providers/provider.ts";
import { providerNamed } from "../providers/registry.ts";
import { logError } from "../runtime/log.ts";
import { tellCircuit } from "./weather.ts";

/** What the provider will have said of one task; undefined: it is to be asked about that alone. */
type Answer = Outcome | ProviderError | undefined;
export type Answers = Map<Message, Promise<Answer>>;

/** Asks after the tasks that share a lane and an account with others of `messages`. The rest is asked after one by one. */
export function askTogether(
  messages: readonly Message[],
  named: (name: string) => Provider = providerNamed,
): Answers {
  const groups = Map.groupBy(
    messages.filter(isQuestion),
    ({ item }) => JSON.stringify([item.job.lane, item.account.name]),
  );
  const answers: Answers = new Map();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const asked = ask(group, named).catch((error) => (logError("ask together", error), []));
    group.forEach((message, index) => answers.set(message, asked.then((all) => all[index])));
  }
  return answers;
}

/** Whether all that there is to do about a message begins with asking after its task. */
function isQuestion({ item }: Message): boolean {
  return !item.publication && item.attempt.external_id !== null && item.attempt.phase !== "produced" &&
    circuitSeconds(item) === 0;
}

async function ask(group: Message[], named: (name: string) => Provider): Promise<Answer[]> {
  const [first] = group;
  if (!first) return [];
  const provider = withoutSecrets(named(first.item.provider));
  if (!provider.fetchOutcomes) return [];
  const asked = group.map(({ item }) => ({ work: item, externalId: item.attempt.external_id ?? "" }));
  const outcomes = await provider.fetchOutcomes(asked).catch((error) => {
    if (error instanceof ProviderError) return group.map(() => error);
    throw error;
  });
  // One pass is one look at the weather, however many were asked after.
  const isDown = outcomes.find((outcome) => outcome instanceof ProviderError && outcome.isUnreachable);
  await tellCircuit(first.item, isDown instanceof ProviderError ? isDown : null);
  return outcomes;
}
