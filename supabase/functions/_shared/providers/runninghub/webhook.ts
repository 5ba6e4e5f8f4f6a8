/** What RunningHub's webhooks say. */
import { z } from "zod";
import { tryParseJson } from "../../text/json.ts";
import { sha256 } from "../kit/digest.ts";
import { looseId, looseText } from "../kit/fields.ts";
import type { WebhookEvent } from "../provider.ts";
import { QUEUED, RUNNING } from "./codes.ts";

// Each field on its own: one of an unexpected type must not cost us the task's id.
const loose = z.looseObject({
  event: looseText,
  taskId: looseId,
  task_id: looseId,
  status: looseText,
  code: z.coerce.number().nullish().catch(null),
  data: z.unknown().optional(),
  eventData: z.unknown().optional(),
});

/**
 * Reads a webhook in any of its shapes (runninghub.md#webhooks): `eventData` a JSON string of an outputs answer;
 * `eventData` an object, flat or wrapped in {code, data}; or no envelope at all. What is missing or broken leaves the
 * state unknown.
 */
export function parseWebhook(rawBody: string): WebhookEvent {
  const digest = sha256(rawBody);
  const body = loose.safeParse(tryParseJson(rawBody)).data;
  if (!body) {
    return {
      externalId: null,
      state: "unknown",
      dedupeKey: digest,
      details: { event: "unreadable" },
    };
  }

  const inner = typeof body.eventData === "string" ? tryParseJson(body.eventData) : body.eventData;
  const event = loose.safeParse(inner).data;
  const wrapped = loose.safeParse(event?.data).data;
  const externalId = body.taskId ?? body.task_id ?? event?.taskId ??
    wrapped?.taskId ?? null;
  const taskStatus = event?.status ?? wrapped?.status ?? body.status ??
    statusOfCode(event?.code) ?? null;
  const state = stateOf(taskStatus);
  return {
    externalId,
    state,
    // By its bytes, not by task and state: an event that came too early, or was forged, must not make the true one a duplicate.
    dedupeKey: digest,
    details: { event: body.event, taskStatus },
  };
}

function statusOfCode(code: number | null | undefined): string | undefined {
  if (code === null || code === undefined) return undefined;
  if (code === 0 || code === 200) return "SUCCESS";
  if (code === RUNNING) return "RUNNING";
  return code === QUEUED ? "QUEUED" : "FAILED";
}

function stateOf(status: string | null): WebhookEvent["state"] {
  switch (status?.toUpperCase()) {
    case "SUCCESS":
      return "succeeded";
    case "FAILED":
      return "failed";
    case "RUNNING":
    case "QUEUED":
    case "CREATE":
      return "running";
    default:
      return "unknown";
  }
}
