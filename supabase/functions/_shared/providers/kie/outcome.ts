/** How a task stands, and what it made. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { tryParseJson } from "../../text/json.ts";
import { costOf } from "../kit/cost.ts";
import type { Outcome, ProviderOutput } from "../provider.ts";
import { call, isKiesOwn, refusal } from "./call.ts";
import { LAST_WORDS, SUCCESS } from "./codes.ts";
import { taskFailure } from "./failures.ts";
import { record, type TaskRecord } from "./task_record.ts";

// "recordInfo is null" comes as 422, for a task that is unknown or was made just now.
const NOT_FOUND: readonly number[] = [404, 422];

/** Asks for a task's record. */
export async function fetchOutcome(work: WorkItem, externalId: string): Promise<Outcome> {
  const path = `/api/v1/jobs/recordInfo?taskId=${encodeURIComponent(externalId)}`;
  const answer = await call(work, path, { expects: [...NOT_FOUND, ...LAST_WORDS] });
  const { code, msg, data, raw } = answer;
  if (NOT_FOUND.includes(code)) {
    return { state: "unknown", reason: `KIE does not know the task: ${code} ${msg}`, raw };
  }
  if (code !== SUCCESS) {
    if (!isKiesOwn(answer)) throw refusal(answer);
    return { state: "failed", failure: refusal(answer).failure, raw };
  }
  const task = record.safeParse(data).data;
  switch (task?.state) {
    case "waiting":
    case "queuing":
      return { state: "queued", raw };
    case "generating":
      return { state: "running", raw };
    case "fail":
      return {
        state: "failed",
        failure: taskFailure(task, raw),
        ...costOf(task.consumeCredits, "credits"),
        raw,
      };
    case "success": {
      const outputs = outputsOf(task);
      return outputs.length > 0
        ? { state: "succeeded", outputs, ...costOf(task.consumeCredits, "credits"), raw }
        : { state: "unknown", reason: "Success without resultUrls", raw };
    }
    default:
      return { state: "unknown", reason: `State ${JSON.stringify(task?.state ?? null)}`, raw };
  }
}

/** The addresses in `resultUrls`; none where resultJson holds something else, such as resultObject. */
function outputsOf(task: TaskRecord): ProviderOutput[] {
  const json = typeof task.resultJson === "string" ? tryParseJson(task.resultJson) : task.resultJson;
  const inside = z.looseObject({ resultUrls: z.unknown() }).safeParse(json).data?.resultUrls;
  const urls = z.array(z.unknown()).safeParse(inside ?? task.resultUrls).data ?? [];
  return urls.flatMap((url) => typeof url === "string" && url ? [{ url, contentType: null }] : []);
}
