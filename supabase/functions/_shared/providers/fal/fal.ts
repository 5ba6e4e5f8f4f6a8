/**
 * fal's queue: submit, status, response, cancel; webhooks signed with keys that fal publishes. Its signature covers the
 * body and says whose task it is, but every customer of fal's has one: the account's own user id is what makes it
 * ours. Facts: docs/providers/fal.md.
 *
 * Tool settings: `{model, edit_model?, fields, output_field?}`; `edit_model` is used when files are given, `fields` as
 * in map_input.ts, `output_field` is the field of the result that holds the wanted files, where it has others as well.
 * Account settings: `{user_id, base_url?, jwks_url?}`; without `user_id` no webhook is accepted.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { z } from "zod";
import type { ClassifiedFailure, RetryClass } from "../../engine/failure.ts";
import type { WebhookAccount } from "../../engine/webhooks.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { tryParseJson } from "../../http/json.ts";
import { inputFields, mapInput } from "../kit/map_input.ts";
import {
  apiKeyOf,
  callProvider,
  malformedAnswer,
  type ProviderAnswer,
  type ProviderCall,
  retryAfter,
  settingsOf,
} from "../kit/provider_call.ts";
import { verifyByPublishedKeys } from "../kit/published_keys.ts";
import {
  type Delivery,
  type Outcome,
  type Provider,
  ProviderError,
  type ProviderOutput,
  type SubmitContext,
  type Verdict,
  type WebhookEvent,
} from "../provider.ts";

const BASE_URL = "https://queue.fal.run";
const BACKUP_ORIGIN = "https://queue.falrun.com";
const JWKS_URL = "https://rest.fal.ai/.well-known/jwks.json";
const SIGNATURE_WINDOW_MS = 300_000;

const model = z.string().regex(/^\w[\w.-]*(\/\w[\w.-]*)+$/);
const toolSettings = z.looseObject({
  model,
  edit_model: model.optional(),
  fields: inputFields,
  output_field: z.string().optional(),
});

// The types of fal.md#errors. Those not listed are judged by their HTTP status.
const RETRY_CLASSES: Readonly<Record<"never" | "backoff", readonly string[]>> = {
  never: [
    "content_policy_violation",
    "no_media_generated",
    "image_too_small",
    "image_too_large",
    "image_load_error",
    "file_too_large",
    "face_detection_error",
    "unsupported_image_format",
    "unsupported_video_format",
    "unsupported_audio_format",
    "unsupported_archive_format",
    "video_duration_too_long",
    "video_duration_too_short",
    "audio_duration_too_long",
    "audio_duration_too_short",
    "sequence_too_long",
    "sequence_too_short",
    "missing",
    "value_error",
    "value_error.missing",
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "multiple_of",
    "one_of",
    "feature_not_supported",
  ],
  backoff: [
    "generation_timeout",
    "downstream_service_unavailable",
    "downstream_service_error",
    "internal_server_error",
    "request_timeout",
    "startup_timeout",
    "runner_scheduling_failure",
    "runner_connection_timeout",
    "runner_disconnected",
    "runner_connection_refused",
    "internal_error",
  ],
};
// The file is ours, so once it may have been our fault.
const ONCE_MORE = "file_download_error";
// Request errors of kinds that are not listed by name.
const THE_RUNNERS_FAULT = /^runner_/;
const OUR_OWN_FAULT =
  /(^|_)(client|auth|authentication|authorization|unauthorized|bad_request|not_found)(_|$)/;

/** What becomes of a task that failed with this error type and HTTP status, at its `attempt`-th attempt. */
export function retryClassOf(type: string | null, status: number, attempt = 1): "never" | "backoff" {
  if (type === ONCE_MORE) return attempt === 1 ? "backoff" : "never";
  if (type !== null) {
    if (RETRY_CLASSES.never.includes(type) || OUR_OWN_FAULT.test(type)) return "never";
    if (RETRY_CLASSES.backoff.includes(type) || THE_RUNNERS_FAULT.test(type)) return "backoff";
  }
  return status >= 500 ? "backoff" : "never";
}

export const fal: Provider = {
  name: "fal",
  // It neither knows an idempotency key nor lists requests: what a lost answer left behind shows by its webhook alone.
  resubmit: "reconcile_only",

  async submit(work, context) {
    const settings = settingsOf(toolSettings, work);
    const chosen = modelFor(settings, context.files);
    // As a part of the address: within the model's input it would be ignored without a word (fal.md#surprises).
    const answer = await call(work, {
      url: `${baseUrl(work)}/${chosen}?fal_webhook=${encodeURIComponent(context.callbackUrl)}`,
      json: mapInput(work, context, settings.fields),
      isSubmit: true,
    });
    if (answer.status >= 400) throw refusal(answer, true);
    const accepted = submitAnswer.safeParse(answer.body).data;
    if (!accepted) throw malformedAnswer("The answer names no request", answer.raw, true);
    const { request_id: externalId, status, queue_position: queuePosition, ...urls } = accepted;
    return {
      externalId,
      raw: answer.raw,
      details: { taskStatus: status, queuePosition, model: chosen },
      checkpoint: { fal: urls },
    };
  },

  verify,
  parse: parseWebhook,

  async fetchOutcome(work, externalId): Promise<Outcome> {
    const asked = await call(work, { url: addressOf(work, externalId, "status") });
    const { raw } = asked;
    if (asked.status === 404) return { state: "unknown", reason: "fal does not know the request", raw };
    if (asked.status >= 400) throw refusal(asked);
    const status = z.looseObject({ status: z.string() }).safeParse(asked.body).data?.status;
    if (status === "IN_QUEUE") return { state: "queued", raw };
    if (status === "IN_PROGRESS") return { state: "running", raw };
    if (status !== "COMPLETED") {
      return { state: "unknown", reason: `Status ${JSON.stringify(status ?? null)}`, raw };
    }
    // COMPLETED says that it is over: whether it failed shows here (fal.md#queue).
    return outcomeOf(work, await call(work, { url: addressOf(work, externalId, "response") }));
  },

  async cancel(work, externalId) {
    const answer = await call(work, { url: addressOf(work, externalId, "cancel"), method: "PUT" });
    const status = z.looseObject({ status: z.string() }).safeParse(answer.body).data?.status;
    // The text tells, the HTTP codes of these answers are not documented. All four leave nothing more to do.
    const isDone = ["OK", "CANCELLATION_REQUESTED", "ALREADY_COMPLETED", "NOT_FOUND"].includes(status ?? "");
    if (!isDone && answer.status >= 400) throw refusal(answer);
  },
};

// Calls -----------------------------------------------------------------------------------------------------------

const text = z.string().min(1).nullish().catch(null);
const submitAnswer = z.object({
  request_id: z.string().min(1),
  status: text,
  queue_position: z.number().nullish().catch(null),
  status_url: text,
  response_url: text,
  cancel_url: text,
});

function baseUrl({ account }: WorkItem): string {
  return account.settings?.base_url ?? BASE_URL;
}

async function call(work: WorkItem, request: ProviderCall): Promise<ProviderAnswer> {
  return await callProvider(work, { ...request, headers: { authorization: `Key ${apiKeyOf(work)}` } });
}

function modelFor(
  settings: z.infer<typeof toolSettings>,
  files: SubmitContext["files"] | undefined,
): string {
  const hasFiles = Object.values(files ?? {}).some((names) => names.length > 0);
  return (hasFiles ? settings.edit_model : undefined) ?? settings.model;
}

/**
 * Where to ask after a request: the address that fal gave for it. Where its answer was lost, or names another host (which
 * must not be told our key), it is built as fal builds it: of the model's owner and app, without its path
 * (fal.md#queue).
 */
function addressOf(work: WorkItem, externalId: string, what: "status" | "response" | "cancel"): string {
  const base = baseUrl(work);
  const given = z.looseObject({ [`${what}_url`]: z.url() }).safeParse(work.attempt.checkpoint.fal)
    .data?.[`${what}_url`];
  if (typeof given === "string" && [new URL(base).origin, BACKUP_ORIGIN].includes(new URL(given).origin)) {
    return given;
  }
  const parts = modelFor(settingsOf(toolSettings, work), work.attempt.checkpoint.files).split("/");
  const app = parts.slice(0, ["workflows", "comfy"].includes(parts[0] ?? "") ? 3 : 2).join("/");
  const path = { status: "/status", response: "", cancel: "/cancel" }[what];
  return `${base}/${app}/requests/${encodeURIComponent(externalId)}${path}`;
}

// Failures --------------------------------------------------------------------------------------------------------

const complaint = z.looseObject({
  loc: z.array(z.union([z.string(), z.number()])).nullish().catch(null),
  msg: text,
  type: text,
});
const failureBody = z.looseObject({
  detail: z.union([z.string(), z.array(complaint.catch({}))]).nullish().catch(null),
  error: text,
  error_type: text,
});

/** fal's own words for what went wrong, and the type that says what to do about it. */
function errorOf({ status, headers, raw }: ProviderAnswer): { message: string; type: string | null } {
  const body = failureBody.safeParse(raw).data; // as it is stored: texts repeat the signed addresses of files
  const { detail } = body ?? {};
  const complaints = Array.isArray(detail) ? detail : [];
  const sentences = complaints.map(({ loc, msg }) => [loc?.join("."), msg].filter(Boolean).join(": "));
  return {
    message: sentences.filter(Boolean).join("; ") || (typeof detail === "string" ? detail.trim() : "") ||
      body?.error || `fal answered HTTP ${status}`,
    type: complaints.find(({ type }) => type)?.type ?? body?.error_type ?? headers.get("x-fal-error-type"),
  };
}

/** Why a question or a submit was turned down. */
function refusal(answer: ProviderAnswer, isSubmit = false): ProviderError {
  const { status, headers, raw } = answer;
  const { message, type } = errorOf(answer);
  const code = type ?? `http_${status}`;
  let retryClass: RetryClass = retryClassOf(type, status);
  if (status === 401 || status === 402 || status === 403) retryClass = "pause"; // the key, or an exhausted balance
  if (status === 429) retryClass = "wait";
  if (status >= 500) retryClass = "backoff";
  // A server's error may come after the request was taken.
  return new ProviderError(
    { retryClass, code, message, raw, ...retryAfter(headers) },
    isSubmit && status >= 500,
  );
}

/** What the result of a finished request says. The status and the body are what the model answered (fal.md#queue). */
function outcomeOf(work: WorkItem, answer: ProviderAnswer): Outcome {
  const { status, body, raw } = answer;
  if (isTaskFailure(answer)) return { state: "failed", failure: taskFailure(work, answer), raw };
  if (status === 404) return { state: "unknown", reason: "fal no longer has the result", raw };
  if (status >= 400) throw refusal(answer);
  const outputs = outputsOf(body, toolSettings.safeParse(work.tool_settings).data?.output_field);
  return outputs.length > 0
    ? { state: "succeeded", outputs, raw }
    : { state: "unknown", reason: "The result holds no file", raw };
}

/** Whether an error is the task's own, not one of the way to its result: a page of a proxy says nothing of the task. */
function isTaskFailure({ status, headers, body }: ProviderAnswer): boolean {
  if (status < 400) return false;
  const said = failureBody.safeParse(body).data;
  if (Array.isArray(said?.detail)) return true;
  if ([401, 402, 403, 404, 408, 429].includes(status)) return false; // our key, a lost result, too many questions
  return Boolean(
    said?.detail || said?.error_type || headers.has("x-fal-error-type") || headers.has("x-fal-retryable"),
  );
}

/** X-Fal-Retryable has the last word, then the type. */
function taskFailure({ attempt }: WorkItem, answer: ProviderAnswer): ClassifiedFailure {
  const { status, headers, raw } = answer;
  const { message, type } = errorOf(answer);
  const isRetryable = headers.get("x-fal-retryable")?.trim().toLowerCase();
  const retryClass = isRetryable === "true"
    ? "backoff"
    : isRetryable === "false"
    ? "never"
    : retryClassOf(type, status, attempt.attempt);
  return { retryClass, code: type ?? `http_${status}`, message, raw };
}

// Outputs ---------------------------------------------------------------------------------------------------------

const file = z.looseObject({ url: z.string().min(1), content_type: text });

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

// Webhooks --------------------------------------------------------------------------------------------------------

const webhookBody = z.looseObject({ request_id: text, status: text, error: text, payload_error: text });

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
    dedupeKey: createHash("sha256").update(rawBody).digest("hex"),
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

/**
 * Checks the Ed25519 signature of request, user, time and body, and that the user is us (fal.md#signature). Fails
 * closed.
 */
async function verify(delivery: Delivery, { settings }: WebhookAccount): Promise<Verdict> {
  const { headers, rawBody, receivedAt } = delivery;
  const userId = settings.user_id;
  if (typeof userId !== "string" || userId === "") {
    return { ok: false, code: "misconfigured", reason: "The account's settings have no user_id." };
  }
  const header = (name: string) => headers.get(`x-fal-webhook-${name}`) ?? "";
  const [requestId, user, timestamp] = [header("request-id"), header("user-id"), header("timestamp")];
  if (!requestId || !/^\d{1,12}$/.test(timestamp)) return refused("The signature's headers are missing.");
  if (!/^[0-9a-f]{128}$/i.test(header("signature"))) return refused("The signature is none.");
  if (Math.abs(receivedAt - Number(timestamp) * 1000) > SIGNATURE_WINDOW_MS) {
    return refused("The signature is more than five minutes old, or from the future.");
  }
  if (user !== userId) return refused("The signature is of another user's task.");
  if (requestId !== parseWebhook(rawBody).externalId) return refused("The signature is of another request.");
  const digest = createHash("sha256").update(rawBody).digest("hex");
  const verdict = await verifyByPublishedKeys({
    url: typeof settings.jwks_url === "string" ? settings.jwks_url : JWKS_URL,
    message: [requestId, user, timestamp, digest].join("\n"),
    signature: Buffer.from(header("signature"), "hex"),
    now: receivedAt,
  });
  if (verdict === "valid") return { ok: true, verifiedBy: "fal-ed25519" };
  if (verdict === "invalid") return refused("The signature does not match.");
  return {
    ok: false,
    code: "misconfigured",
    reason: "fal's keys to check the signature with cannot be had.",
  };
}

function refused(reason: string): Verdict {
  return { ok: false, code: "unauthenticated", reason };
}
