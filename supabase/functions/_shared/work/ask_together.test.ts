import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { type Differences, messageFor } from "../engine/work_item_fixture.ts";
import type { Message } from "../engine/work_item.ts";
import { type AskedTask, type Outcome, type Provider, ProviderError } from "../providers/provider.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { askTogether } from "./ask_together.ts";
import { OUTCOME, REFUSED, scriptedProvider } from "./scripted_provider_fixture.ts";

const logs = recordLogs();
const project = fakeSupabase();

function question(external_id: string | null, differences: Differences = {}): Message {
  const attempt = { phase: "submitted", external_id, submits: 1, ...differences.attempt } as const;
  return messageFor("", { kind: "poll", ...differences, attempt });
}

/** Asks after `messages` at a provider that answers for each pass. Returns the ids of each pass, and who was answered. */
async function ask(
  messages: Message[],
  answer: (asked: readonly AskedTask[]) => Promise<(Outcome | ProviderError)[]>,
) {
  const passes: string[][] = [];
  const provider: Provider = {
    ...scriptedProvider({}).provider,
    fetchOutcomes: (asked) => {
      passes.push(asked.map(({ externalId }) => externalId));
      return answer(asked);
    },
  };
  project.calls.length = 0;
  const answers = new Map<Message, Outcome | ProviderError>();
  for (const [message, answer] of askTogether(messages, () => provider)) {
    const outcome = await answer;
    if (outcome) answers.set(message, outcome);
  }
  return { passes, answers };
}
const running = (asked: readonly AskedTask[]) => Promise.resolve(asked.map(() => OUTCOME.running));

Deno.test("tasks of one lane and one account are asked after in one pass", async () => {
  const other = { account: { name: "second" } };
  const messages = [question("1"), question("2"), question("3", other), question("4", other), question("5")];
  const { passes, answers } = await ask(messages, running);
  assert.deepEqual(passes.toSorted(), [["1", "2", "5"], ["3", "4"]]);
  assert.deepEqual(messages.map((message) => answers.get(message)), Array(5).fill(OUTCOME.running));
});

Deno.test("one alone is asked after by itself, and so is what is more than a question", async () => {
  const circuit = {
    opened_at: new Date().toISOString(),
    probe_at: new Date(Date.now() + 60_000).toISOString(),
    failures: 3,
  };
  const messages = [
    question("1"),
    question(null),
    question("2", { attempt: { phase: "produced" } }),
    question("3", { circuit }),
  ];
  const { passes, answers } = await ask(messages, running);
  assert.deepEqual([passes, answers.size], [[], 0]);
});

Deno.test("a provider that cannot is asked after each", async () => {
  const messages = [question("1"), question("2")];
  const answers = askTogether(messages, () => scriptedProvider({}).provider);
  assert.deepEqual(await Promise.all(answers.values()), [undefined, undefined]);
});

Deno.test("each task has its own answer, errors too; the weather is told once a pass", async () => {
  const messages = [question("1"), question("2"), question("3")];
  const { answers } = await ask(messages, () => Promise.resolve([OUTCOME.succeeded, REFUSED, REFUSED]));
  assert.equal(answers.get(messages[0]!), OUTCOME.succeeded);
  const second = answers.get(messages[1]!);
  assert.ok(second instanceof ProviderError && second.isUnreachable);
  assert.deepEqual(project.called(), ["provider_down"]);
});

Deno.test("a pass that fails as a whole is the answer for each; one that breaks is no answer", async () => {
  const messages = [question("1"), question("2")];
  const failed = await ask(messages, () => Promise.reject(REFUSED));
  assert.ok(messages.every((message) => failed.answers.get(message) instanceof ProviderError));
  assert.deepEqual(project.called(), ["provider_down"]);
  logs.length = 0;
  for (
    const answer of [() => Promise.reject(new TypeError("ours")), () => Promise.resolve([OUTCOME.running])]
  ) {
    assert.equal((await ask(messages, answer)).answers.size, 0);
  }
  assert.equal(logs.length, 2);
});
