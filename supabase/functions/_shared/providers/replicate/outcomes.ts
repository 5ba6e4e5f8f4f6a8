/** How many predictions of one account stand, in one pass. */
import type { WorkItem } from "../../engine/work_item.ts";
import { redact } from "../../text/redact.ts";
import { type AskedTask, type Outcome, ProviderError } from "../provider.ts";
import { listPredictions } from "./find.ts";
import { fetchOutcome } from "./outcome.ts";
import { type Prediction, STATES } from "./prediction.ts";

const AT_A_TIME = 5;

/**
 * Asks for the latest predictions once: what is alive in the list is alive. Each of the others is asked for itself: those
 * that are older, and those that are over, whose results a list need not show.
 */
export async function fetchOutcomes(asked: readonly AskedTask[]): Promise<(Outcome | ProviderError)[]> {
  const [first] = asked;
  if (!first || asked.length === 1) return await inGroups(asked, askOne);
  const listed = await latest(first.work);
  return await inGroups(asked, async (one) => {
    const known = isSameAccount(one.work, first.work) ? knownOf(listed, one) : undefined;
    return known ?? await askOne(one);
  });
}

/** The latest predictions by their ids, or why nothing at all can be asked now; empty where the list alone is at fault. */
async function latest(work: WorkItem): Promise<ReadonlyMap<string, Prediction> | ProviderError> {
  try {
    const { list } = await listPredictions(work);
    return new Map(list.results.map((task) => [task.id ?? "", task]));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { isUnreachable, failure } = error;
    return isUnreachable || failure.retryClass === "pause" || failure.retryClass === "wait"
      ? error
      : new Map();
  }
}

/** What is known of a prediction without asking for it. */
function knownOf(
  listed: ReadonlyMap<string, Prediction> | ProviderError,
  { work, externalId }: AskedTask,
): Outcome | ProviderError | undefined {
  if (listed instanceof ProviderError) return listed; // it would keep the prediction from us as well
  const task = listed.get(externalId);
  const state = STATES.get(task?.status ?? "");
  if (state !== "queued" && state !== "running") return undefined;
  return { state, raw: redact(task, [work.account.api_key, work.attempt.token]) };
}

function isSameAccount({ account: a }: WorkItem, { account: b }: WorkItem): boolean {
  return a.name === b.name && a.api_key === b.api_key && a.settings?.base_url === b.settings?.base_url;
}

/** Answers in order, a few at a time. */
async function inGroups<Answer>(
  asked: readonly AskedTask[],
  answer: (one: AskedTask) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < asked.length; start += AT_A_TIME) {
    answers.push(...await Promise.all(asked.slice(start, start + AT_A_TIME).map(answer)));
  }
  return answers;
}

async function askOne({ work, externalId }: AskedTask): Promise<Outcome | ProviderError> {
  try {
    return await fetchOutcome(work, externalId);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}
