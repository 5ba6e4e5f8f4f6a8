/** How a request stands, and what it made. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { callApi } from "../kit/account_call.ts";
import { costOf } from "../kit/cost.ts";
import { isLastWord } from "../kit/failures.ts";
import { looseText } from "../kit/fields.ts";
import type { ProviderAnswer } from "../kit/provider_call.ts";
import type { Outcome, ProviderOutput } from "../provider.ts";
import { addressOf, QUEUE } from "./addresses.ts";
import { isTaskFailure, refusal, taskFailure } from "./failures.ts";
import { toolSettings } from "./settings.ts";

/** Asks for the status, and for the result of what is over. */
export async function fetchOutcome(work: WorkItem, externalId: string): Promise<Outcome> {
  const asked = await callApi(work, QUEUE, addressOf(work, externalId, "status"));
  const { raw } = asked;
  if (asked.status === 404) return { state: "unknown", reason: "fal does not know the request", raw };
  if (isLastWord(asked)) return { state: "failed", failure: taskFailure(work, asked), raw };
  if (asked.status >= 400) throw refusal(asked);
  const status = z.looseObject({ status: z.string() }).safeParse(asked.body).data?.status;
  if (status === "IN_QUEUE") return { state: "queued", raw };
  if (status === "IN_PROGRESS") return { state: "running", raw };
  if (status !== "COMPLETED") {
    return { state: "unknown", reason: `Status ${JSON.stringify(status ?? null)}`, raw };
  }
  // COMPLETED says that it is over: whether it failed shows here (fal.md#queue).
  return outcomeOf(work, await callApi(work, QUEUE, addressOf(work, externalId, "response")));
}

/** What the result of a finished request says. The status and the body are what the model answered (fal.md#queue). */
function outcomeOf(work: WorkItem, answer: ProviderAnswer): Outcome {
  const { status, headers, body, raw } = answer;
  if (isTaskFailure(answer)) return { state: "failed", failure: taskFailure(work, answer), raw };
  if (status === 404) return { state: "unknown", reason: "fal no longer has the result", raw };
  if (status >= 400) throw refusal(answer);
  const outputs = outputsOf(body, toolSettings.safeParse(work.tool_settings).data?.output_field);
  return outputs.length > 0
    ? { state: "succeeded", outputs, ...costOf(headers.get("x-fal-billable-units"), "units"), raw }
    : { state: "unknown", reason: "The result holds no file", raw };
}

const file = z.looseObject({ url: z.string().min(1), content_type: looseText });

/**
 * The files in the result's fields, one or a list in each: every model has names of its own for them
 * (fal.md#webhooks).
 */
function outputsOf(body: unknown, field: string | undefined): ProviderOutput[] {
  const fields = z.record(z.string(), z.unknown()).safeParse(body).data ?? {};
  const wanted = field === undefined ? Object.values(fields) : [fields[field]];
  return wanted.flat().flatMap((value) => {
    const found = file.safeParse(value).data;
    return found ? [{ url: found.url, contentType: found.content_type ?? null }] : [];
  });
}
