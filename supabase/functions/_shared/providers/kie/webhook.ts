/** What KIE's callbacks say. */
import { tryParseJson } from "../../text/json.ts";
import { sha256 } from "../kit/digest.ts";
import type { WebhookEvent } from "../provider.ts";
import { SUCCESS } from "./codes.ts";
import { envelope, idOf, record, type TaskRecord } from "./task_record.ts";

/**
 * Reads a callback (kie.md#callbacks): of the jobs family by `data.state`; of others, which have none, by `code` with
 * `resultUrls` (Midjourney) or `callbackType` (Suno). What is missing, broken or contradicts itself leaves the state
 * unknown.
 */
export function parseWebhook(rawBody: string): WebhookEvent {
  const body = envelope.safeParse(tryParseJson(rawBody)).data;
  const task = record.safeParse(body?.data).data;
  return {
    externalId: idOf(task),
    state: stateOf(body?.code ?? null, task),
    // By its bytes: the signature does not cover the body, and a forged one must not make the true one a duplicate.
    dedupeKey: sha256(rawBody),
    details: body
      ? {
        event: task?.callbackType ?? body.msg ?? body.message ?? null,
        taskStatus: task?.state ?? body.code ?? null,
      }
      : { event: "unreadable" },
  };
}

function stateOf(code: number | null, task: TaskRecord | undefined): WebhookEvent["state"] {
  const isGood = code === SUCCESS;
  switch (task?.state) {
    case "success":
      return isGood ? "succeeded" : "unknown";
    case "fail":
      return "failed";
    case "waiting":
    case "queuing":
    case "generating":
      return "running";
    case null:
    case undefined:
      break;
    default:
      return "unknown";
  }
  if (!task || code === null) return "unknown";
  if (!isGood || task.callbackType === "error") return "failed";
  if (task.callbackType) return task.callbackType === "complete" ? "succeeded" : "running";
  return Array.isArray(task.resultUrls) && task.resultUrls.length > 0 ? "succeeded" : "unknown";
}
