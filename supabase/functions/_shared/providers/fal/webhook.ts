/** What fal's webhooks say. */
import { z } from "zod";
import { tryParseJson } from "../../text/json.ts";
import { sha256 } from "../kit/digest.ts";
import { looseId, looseText } from "../kit/fields.ts";
import type { WebhookEvent } from "../provider.ts";

const webhookBody = z.looseObject({
  request_id: looseId,
  status: looseText,
  error: looseText,
  payload_error: looseText,
});

/**
 * Reads a webhook (fal.md#webhooks). `gateway_request_id` names the last try of fal's own, `request_id` the request.
 * With `payload_error` the payload is missing from the webhook alone: the request succeeded, and has its result.
 */
export function parseWebhook(rawBody: string): WebhookEvent {
  const body = webhookBody.safeParse(tryParseJson(rawBody)).data;
  const state = body?.status === "OK" ? "succeeded" : body?.status === "ERROR" ? "failed" : "unknown";
  return {
    externalId: body?.request_id ?? null,
    state,
    dedupeKey: sha256(rawBody),
    details: body
      ? {
        event: "completed",
        taskStatus: body.status ?? null,
        ...body.error ? { error: body.error } : {},
        ...body.payload_error ? { payloadError: body.payload_error } : {},
      }
      : { event: "unreadable" },
  };
}
