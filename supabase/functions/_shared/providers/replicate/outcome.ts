/** How a prediction stands, and what it made. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { callApi } from "../kit/account_call.ts";
import { isLastWord } from "../kit/failures.ts";
import type { Outcome, ProviderOutput } from "../provider.ts";
import { refusal, taskFailure } from "./failures.ts";
import { API, pathOf, type Prediction, prediction } from "./prediction.ts";
import { toolSettings } from "./settings.ts";

/** Asks for a prediction. */
export async function fetchOutcome(work: WorkItem, externalId: string): Promise<Outcome> {
  const answer = await callApi(work, API, pathOf(externalId));
  const { status, body, raw } = answer;
  if (status === 404) return { state: "unknown", reason: "Replicate does not know the prediction", raw };
  if (isLastWord(answer)) return { state: "failed", failure: refusal(answer).failure, raw };
  if (status >= 400) throw refusal(answer);
  const task = prediction.safeParse(body).data;
  switch (task?.status) {
    case "starting":
      return { state: "queued", raw };
    case "processing":
      return { state: "running", raw };
    case "succeeded":
      return succeeded(work, task, raw);
    case "failed":
      return { state: "failed", failure: taskFailure(task.status, raw), raw };
    case "canceled":
    case "aborted":
      return { state: "failed", how: "stopped", failure: taskFailure(task.status, raw), raw };
    default:
      return { state: "unknown", reason: `Status ${JSON.stringify(task?.status ?? null)}`, raw };
  }
}

function succeeded(work: WorkItem, task: Prediction, raw: unknown): Outcome {
  const field = toolSettings.safeParse(work.tool_settings).data?.output_field;
  const fields = z.record(z.string(), z.unknown()).safeParse(task.output).data;
  const outputs = outputsOf(field === undefined ? task.output : fields?.[field]);
  if (outputs.length > 0) return { state: "succeeded", outputs, raw };
  if (task.data_removed) {
    const message = "Replicate has deleted the result: it keeps results for an hour";
    // It was made, and paid for: it is not made again.
    return { state: "failed", failure: { retryClass: "never", code: "data_removed", message, raw }, raw };
  }
  return { state: "unknown", reason: "Success without an address in the output", raw };
}

/** Every address in an output: it is one, a list of them, or an object with some (replicate.md#predictions). */
function outputsOf(output: unknown): ProviderOutput[] {
  if (typeof output === "string") {
    return /^https?:\/\//.test(output) ? [{ url: output, contentType: null }] : [];
  }
  return output && typeof output === "object" ? Object.values(output).flatMap(outputsOf) : [];
}
