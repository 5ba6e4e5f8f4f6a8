/** Stopping a request. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { callApi } from "../kit/account_call.ts";
import type { CancelResult } from "../provider.ts";
import { addressOf, QUEUE } from "./addresses.ts";
import { refusal } from "./failures.ts";

// The text tells, the HTTP codes of these answers are not documented (fal.md#queue).
const RESULTS: ReadonlyMap<string, CancelResult> = new Map([
  ["OK", "stopped"], // it had not begun, and is out of the queue
  ["CANCELLATION_REQUESTED", "asked"], // it runs: the app decides, and it may be billed
  ["ALREADY_COMPLETED", "over"],
  ["NOT_FOUND", "over"],
]);

/** Stops a request, if it still can be. */
export async function cancel(work: WorkItem, externalId: string): Promise<CancelResult> {
  const answer = await callApi(work, QUEUE, addressOf(work, externalId, "cancel"), { method: "PUT" });
  const { status } = z.looseObject({ status: z.string() }).safeParse(answer.body).data ?? {};
  const result = answer.status < 500 ? RESULTS.get(status ?? "") : undefined;
  if (result) return result;
  if (answer.status === 404) return "over";
  if (answer.status >= 400) throw refusal(answer);
  return "asked";
}
