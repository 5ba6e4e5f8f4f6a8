/** Stopping a task. */
import type { WorkItem } from "../../engine/work_item.ts";
import type { CancelResult } from "../provider.ts";
import { call, refusal } from "./call.ts";
import { FAILED, NOT_FOUND } from "./codes.ts";

/**
 * Stops a task, if it still can be. Code 0 says that it was asked; whether it was stopped is told by its status
 * afterwards (runninghub.md#outcomes).
 */
export async function cancel(work: WorkItem, externalId: string): Promise<CancelResult> {
  const json = { taskId: externalId };
  const cancelled = await call(work, "/task/openapi/cancel", { json, anyCode: true });
  const { code } = cancelled;
  if (NOT_FOUND.includes(code)) return "over";
  // Of a task that has ended already nobody says what is answered: its status tells that as well.
  if (code !== 0 && code !== FAILED) throw refusal(cancelled);
  const status = await call(work, "/task/openapi/status", { json, anyCode: true });
  // It was there a moment ago.
  if (NOT_FOUND.includes(status.code)) return code === 0 ? "stopped" : "over";
  if (status.code !== 0) throw refusal(status);
  if (status.data === "SUCCESS") return "over";
  return status.data === "FAILED" ? "stopped" : "asked";
}
