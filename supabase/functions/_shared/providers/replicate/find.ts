/** Looking for the predictions of a submit whose answer was lost. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { callApi } from "../kit/account_call.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { looseText } from "../kit/fields.ts";
import { type FoundTask, ProviderError } from "../provider.ts";
import { refusal } from "./failures.ts";
import { API, pathOf, type Prediction, prediction, STATES, submittedAs } from "./prediction.ts";

// Our clock and Replicate's may differ by that much when the latest predictions are looked through.
const CLOCKS_DIFFER_MS = 60_000;
const MAX_PAGES = 20;
const MAX_LOOKUPS = 50;

/** Looks through the predictions since the attempt began, latest first, for those that were given our callback URL. */
export async function findTasks(
  work: WorkItem,
  { callbackUrl }: { callbackUrl: string },
): Promise<FoundTask[]> {
  const since = Date.parse(work.attempt.started_at) - CLOCKS_DIFFER_MS;
  const found: FoundTask[] = [];
  let lookups = 0;
  let cursor = "";
  for (let page = 0; page < MAX_PAGES; page++) {
    const { list, raw } = await listPredictions(work, cursor);
    for (const listed of list.results) {
      if (!listed.id || Date.parse(listed.created_at ?? "") < since) continue;
      // Whether a list shows the callback of each is not documented: where it does not, the prediction itself does.
      const isComplete = Object.hasOwn(listed, "webhook");
      if (!isComplete && ++lookups > MAX_LOOKUPS) throw tooMany(raw);
      const shown = isComplete ? { task: listed, raw: null } : await lookUp(work, listed.id);
      if (shown.task?.webhook === callbackUrl) found.push(foundAs(listed.id, shown.task, shown.raw));
    }
    const last = list.results.at(-1);
    cursor = cursorOf(list.next);
    if (!cursor || !last || Date.parse(last.created_at ?? "") < since) return found;
  }
  throw tooMany(null);
}

function foundAs(id: string, task: Prediction, raw: unknown): FoundTask {
  const state = STATES.get(task.status ?? "");
  const isOver = state === "succeeded" || state === "failed" || state === "stopped";
  return { ...submittedAs(id, task, raw), state: isOver ? state : "alive" };
}

/** A page of the account's predictions, latest first. `cursor`: what cursorOf made of the page before, or empty. */
export async function listPredictions(
  work: WorkItem,
  cursor = "",
): Promise<{ list: Predictions; raw: unknown }> {
  const answer = await callApi(work, API, `/v1/predictions${cursor}`);
  if (answer.status >= 400) throw refusal(answer);
  const list = predictions.safeParse(answer.body).data;
  if (!list) throw malformedAnswer("The list of predictions is none", answer.raw);
  return { list, raw: answer.raw };
}

const predictions = z.looseObject({ next: looseText, results: z.array(prediction) });
type Predictions = z.infer<typeof predictions>;

async function lookUp(work: WorkItem, id: string): Promise<{ task: Prediction | undefined; raw: unknown }> {
  const answer = await callApi(work, API, pathOf(id));
  if (answer.status >= 400) throw refusal(answer);
  return { task: prediction.safeParse(answer.body).data, raw: answer.raw };
}

/** The part of the next page's address that says which it is; the rest is ours to say. */
function cursorOf(next: string | null | undefined): string {
  const cursor = next && URL.canParse(next, API.baseUrl)
    ? new URL(next, API.baseUrl).searchParams.get("cursor")
    : null;
  return cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
}

function tooMany(raw: unknown): ProviderError {
  const message = "There are too many predictions to look through";
  return new ProviderError({ retryClass: "backoff", code: "too_many_predictions", message, raw });
}
