/** Looking for the prediction of a submit whose answer was lost. */
import { z } from "zod";
import type { Submitted } from "../../engine/attempts.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { callApi } from "../kit/account_call.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { looseText } from "../kit/fields.ts";
import { ProviderError } from "../provider.ts";
import { refusal } from "./failures.ts";
import { API, pathOf, type Prediction, prediction, submittedAs } from "./prediction.ts";

// Our clock and Replicate's may differ by that much when the latest predictions are looked through.
const CLOCKS_DIFFER_MS = 60_000;
const MAX_PAGES = 20;
const MAX_LOOKUPS = 50;

/** Looks through the predictions since the attempt began, latest first, for the one that was given our callback URL. */
export async function findTask(
  work: WorkItem,
  { callbackUrl }: { callbackUrl: string },
): Promise<Submitted | null> {
  const since = Date.parse(work.attempt.started_at) - CLOCKS_DIFFER_MS;
  let lookups = 0;
  let cursor = "";
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await callApi(work, API, `/v1/predictions${cursor}`);
    if (answer.status >= 400) throw refusal(answer);
    const list = predictions.safeParse(answer.body).data;
    if (!list) throw malformedAnswer("The list of predictions is none", answer.raw);
    for (const listed of list.results) {
      if (!listed.id || Date.parse(listed.created_at ?? "") < since) continue;
      // Whether a list shows the callback of each is not documented: where it does not, the prediction itself does.
      const isComplete = Object.hasOwn(listed, "webhook");
      if (!isComplete && ++lookups > MAX_LOOKUPS) throw tooMany(answer.raw);
      const { task, raw } = isComplete ? { task: listed, raw: null } : await lookUp(work, listed.id);
      if (task?.webhook === callbackUrl) return submittedAs(listed.id, task, raw);
    }
    const last = list.results.at(-1);
    cursor = cursorOf(list.next);
    if (!cursor || !last || Date.parse(last.created_at ?? "") < since) return null;
  }
  throw tooMany(null);
}

const predictions = z.looseObject({ next: looseText, results: z.array(prediction) });

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
