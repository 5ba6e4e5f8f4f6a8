/** What Replicate's webhooks say. */
import { tryParseJson } from "../../text/json.ts";
import { sha256 } from "../kit/digest.ts";
import type { WebhookEvent } from "../provider.ts";
import { prediction } from "./prediction.ts";

/** Reads a webhook: the prediction itself, without an envelope (replicate.md#predictions). */
export function parseWebhook(rawBody: string): WebhookEvent {
  const task = prediction.safeParse(tryParseJson(rawBody)).data;
  const states: ReadonlyMap<string, WebhookEvent["state"]> = new Map([
    ["starting", "running"],
    ["processing", "running"],
    ["succeeded", "succeeded"],
    ["failed", "failed"],
    ["canceled", "failed"],
    ["aborted", "failed"],
  ]);
  const state = states.get(task?.status ?? "") ?? "unknown";
  return {
    externalId: task?.id ?? null,
    state,
    dedupeKey: sha256(rawBody),
    details: task
      ? {
        event: state === "succeeded" || state === "failed" ? "completed" : null,
        taskStatus: task.status ?? null,
        ...typeof task.error === "string" && task.error ? { error: task.error } : {},
      }
      : { event: "unreadable" },
  };
}
