/** What Astria's callbacks say. */
import { z } from "zod";
import { tryParseJson } from "../../text/json.ts";
import { sha256 } from "../kit/digest.ts";
import { looseText } from "../kit/fields.ts";
import type { WebhookEvent } from "../provider.ts";
import { tuneId } from "./tune.ts";

// Each field on its own: one of an unexpected type must not cost us the tune's id.
const entity = z.looseObject({
  id: tuneId.nullish().catch(null),
  tune_id: tuneId.nullish().catch(null),
  text: z.string().nullish().catch(null),
  started_training_at: looseText,
  trained_at: looseText,
});
const envelope = z.looseObject({ tune: z.unknown().optional(), prompt: z.unknown().optional() });

/**
 * Reads a callback: an entity, bare or wrapped in `tune` or `prompt`, or an array of them (astria.md#callbacks). A
 * prompt says nothing of how the training of its tune stands.
 */
export function parseWebhook(rawBody: string): WebhookEvent {
  const body = tryParseJson(rawBody);
  const first = Array.isArray(body) ? body[0] : body;
  const wrapper = envelope.safeParse(first).data;
  const wrapped = entity.safeParse(wrapper?.tune).data;
  const found = wrapped ?? entity.safeParse(wrapper?.prompt).data ?? entity.safeParse(first).data;
  // By its bytes: an event that came too early, or was forged, must not make the true one a duplicate.
  const dedupeKey = sha256(rawBody);
  if (!found) return { externalId: null, state: "unknown", dedupeKey, details: { event: "unreadable" } };
  const isPrompt = !wrapped && Boolean(found.tune_id ?? found.text);
  if (isPrompt) {
    return { externalId: found.tune_id ?? null, state: "unknown", dedupeKey, details: { event: "prompt" } };
  }
  const taskStatus = found.trained_at ? "trained" : found.started_training_at ? "training" : null;
  const details = { event: "tune", taskStatus, trained_at: found.trained_at };
  return { externalId: found.id ?? null, state: stateOf(taskStatus, found.id), dedupeKey, details };
}

function stateOf(taskStatus: string | null, id: string | null | undefined): WebhookEvent["state"] {
  if (!taskStatus || !id) return "unknown";
  return taskStatus === "trained" ? "succeeded" : "running";
}
