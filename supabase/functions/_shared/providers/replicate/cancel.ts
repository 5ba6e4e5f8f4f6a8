/** Stopping a prediction. */
import type { WorkItem } from "../../engine/work_item.ts";
import { callApi } from "../kit/account_call.ts";
import type { CancelResult } from "../provider.ts";
import { refusal } from "./failures.ts";
import { API, pathOf, prediction, STATES } from "./prediction.ts";

// What is said to the cancel of one that has ended is not documented: these leave it to the question that follows.
const ASK_ALL_THE_SAME: readonly number[] = [404, 409, 422];

/** Stops a prediction, if it still can be. Whether it was stopped is told by itself, afterwards (replicate.md#endpoints). */
export async function cancel(work: WorkItem, externalId: string): Promise<CancelResult> {
  const told = await callApi(work, API, `${pathOf(externalId)}/cancel`, { method: "POST" });
  if (told.status >= 400 && !ASK_ALL_THE_SAME.includes(told.status)) throw refusal(told);
  const answer = await callApi(work, API, pathOf(externalId));
  if (answer.status === 404) return "over";
  if (answer.status >= 400) throw refusal(answer);
  const state = STATES.get(prediction.safeParse(answer.body).data?.status ?? "");
  if (state === "stopped") return "stopped";
  return state === "succeeded" || state === "failed" ? "over" : "asked";
}
