/** Stopping a request. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { callApi } from "../kit/account_call.ts";
import { addressOf, QUEUE } from "./addresses.ts";
import { refusal } from "./failures.ts";

/** Stops a request, if it still can be. */
export async function cancel(work: WorkItem, externalId: string): Promise<void> {
  const answer = await callApi(work, QUEUE, addressOf(work, externalId, "cancel"), { method: "PUT" });
  const status = z.looseObject({ status: z.string() }).safeParse(answer.body).data?.status;
  // The text tells, the HTTP codes of these answers are not documented. All four leave nothing more to do.
  const isDone = ["OK", "CANCELLATION_REQUESTED", "ALREADY_COMPLETED", "NOT_FOUND"].includes(status ?? "");
  if (!isDone && answer.status >= 400) throw refusal(answer);
}
