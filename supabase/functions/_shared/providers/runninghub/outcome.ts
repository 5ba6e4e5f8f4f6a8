/** How a task stands. */
import type { WorkItem } from "../../engine/work_item.ts";
import { type Outcome, ProviderError } from "../provider.ts";
import { call } from "./call.ts";
import { chooseOutputs } from "./choose_outputs.ts";
import { FAILED, NOT_FOUND, QUEUED, RUNNING } from "./codes.ts";
import { businessFailure, taskFailure } from "./failures.ts";
import { appSettings, settingsOfApp } from "./settings.ts";

/** Asks for a task's outputs, and for its status where these do not tell. */
export async function fetchOutcome(work: WorkItem, externalId: string): Promise<Outcome> {
  const { code, msg, data, raw } = await call(work, "/task/openapi/outputs", {
    json: { taskId: externalId },
    anyCode: true,
  });
  if (code === RUNNING) return { state: "running", raw };
  if (code === QUEUED) return { state: "queued", raw };
  if (code === FAILED) {
    return { state: "failed", failure: taskFailure(data, msg, raw), raw };
  }
  if (NOT_FOUND.includes(code)) {
    return {
      state: "unknown",
      reason: `RunningHub does not know the task: ${code} ${msg}`,
      raw,
    };
  }
  if (code !== 0) throw new ProviderError(businessFailure(code, msg, raw));
  const outputs = chooseOutputs(
    data,
    appSettings.safeParse(settingsOfApp(work)).data?.output_node_id,
  );
  if (outputs.length > 0) return { state: "succeeded", outputs, raw };

  // Code 0 without outputs means "not finished" on some pages and success on others (runninghub.md#outcomes): the
  // status tells.
  const status = await call(work, "/task/openapi/status", {
    json: { taskId: externalId },
  });
  if (status.data === "QUEUED") return { state: "queued", raw: status.raw };
  if (status.data === "RUNNING") return { state: "running", raw: status.raw };
  if (status.data === "FAILED") {
    return {
      state: "failed",
      failure: taskFailure(data, status.msg, status.raw),
      raw: status.raw,
    };
  }
  return {
    state: "unknown",
    reason: `Status ${JSON.stringify(status.data)} without outputs`,
    raw: status.raw,
  };
}
