/** For tests of what holds for every provider: each with a piece of work for it, and the calls that it takes. */
import type { WorkItem } from "../engine/work_item.ts";
import { type Differences, messageFor } from "../engine/work_item_fixture.ts";
import type { InputFile } from "../files/inputs.ts";
import { PNG } from "../files/png_fixture.ts";
import { trainingFor } from "./astria/fake_astria.ts";
import { falWork } from "./fal/fake_fal.ts";
import { imageWork } from "./kie/fake_kie.ts";
import { openAiWork } from "./openai/fake_openai.ts";
import type { Provider, SubmitContext } from "./provider.ts";
import { providerNamed, providerNames } from "./registry.ts";
import { replicateWork } from "./replicate/fake_replicate.ts";

const WORKS: Readonly<Record<string, (baseUrl: string, differences?: Differences) => WorkItem>> = {
  astria: trainingFor,
  fal: falWork,
  kie: imageWork,
  openai: openAiWork,
  replicate: replicateWork,
  runninghub: (baseUrl, differences) => messageFor(baseUrl, differences).item,
};
/** Those whose answer to a submit is the end: they cannot be asked after anything. */
const ONCE_ANSWERED: readonly string[] = ["openai"];
const CONTEXT: SubmitContext = { callbackUrl: "https://abc.supabase.co/hook", files: {} };
const TASK_ID = "1904163390028185602";

/** A provider and work for it. */
export interface Case {
  provider: Provider;
  workAt(baseUrl: string, differences?: Differences): WorkItem;
}

/** Every provider there is. */
export function everyProvider(): Case[] {
  return providerNames().map((name) => {
    const workAt = WORKS[name];
    if (!workAt) throw new Error(`No piece of work for ${name}: add one to WORKS`);
    return { provider: providerNamed(name), workAt };
  });
}

/** Builds a submit and sends it, and reads to its end what the answer brings. */
export async function submit(
  provider: Provider,
  work: WorkItem,
  signal: AbortSignal = new AbortController().signal,
): Promise<unknown> {
  const answer = await (await provider.prepare(work, CONTEXT)).send(signal);
  const outputs = "state" in answer && answer.state === "succeeded" ? answer.outputs : [];
  for (const output of outputs) if ("body" in output) await new Response(output.body).bytes();
  return answer;
}

/** Builds a submit. */
export async function prepare(provider: Provider, work: WorkItem) {
  return await provider.prepare(work, CONTEXT);
}

/** A call of a provider's, and its name. */
export type NamedCall = readonly [name: string, call: (work: WorkItem) => Promise<unknown>];

/** Every call of a provider's that starts no task. */
export function callsBesides(provider: Provider): NamedCall[] {
  if (ONCE_ANSWERED.includes(provider.name)) return [];
  const { upload, findTasks, cancel, fetchOutcomes } = provider;
  const calls: NamedCall[] = [["fetchOutcome", (work) => provider.fetchOutcome(work, TASK_ID)]];
  if (upload) calls.push(["upload", (work) => upload(work, picture())]);
  if (findTasks) calls.push(["findTasks", (work) => findTasks(work, CONTEXT)]);
  if (cancel) calls.push(["cancel", (work) => cancel(work, TASK_ID)]);
  if (fetchOutcomes) calls.push(["fetchOutcomes", (work) => onlyOf(fetchOutcomes, work)]);
  return calls;
}

function picture(): InputFile {
  return { stream: new Blob([PNG]).stream(), name: "a.png", contentType: "image/png", bytes: PNG.length };
}

/** What is answered for one of several; throws it where it is an error. */
async function onlyOf(
  fetchOutcomes: NonNullable<Provider["fetchOutcomes"]>,
  work: WorkItem,
): Promise<unknown> {
  const answers = await fetchOutcomes(Array(3).fill({ work, externalId: TASK_ID }));
  if (answers.length !== 3) throw new RangeError(`${answers.length} answers to 3 questions`);
  if (answers[1] instanceof Error) throw answers[1];
  return answers[1];
}
