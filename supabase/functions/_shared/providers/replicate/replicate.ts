/**
 * Replicate's predictions: create, get, list, cancel; webhooks signed as Standard Webhooks are, with the account's
 * webhook secret (`whsec_…`). A submit whose answer was lost is looked for among the latest predictions by its callback
 * URL. Facts: docs/providers/replicate.md.
 *
 * Tool settings: `{model, edit_model?, version?, fields, output_field?}`; `edit_model` is used when files are given,
 * `version` where the model is not one of Replicate's official ones, `fields` as in map_input.ts, `output_field` is the
 * field of the output that holds the wanted files, where it has others as well. Account settings: `{base_url?}`.
 */
import { createHash } from "node:crypto";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { z } from "zod";
import type { Submitted } from "../../engine/attempts.ts";
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
import { classIn, type RetryTable } from "../kit/retry_table.ts";
import {
  type Delivery,
  type Outcome,
  type Provider,
  ProviderError,
  type ProviderOutput,
  type Verdict,
  type WebhookEvent,
} from "../provider.ts";

const BASE_URL = "https://api.replicate.com";
// Our clock and Replicate's may differ by that much when the latest predictions are looked through.
const CLOCKS_DIFFER_MS = 60_000;
const MAX_PAGES = 20;
const MAX_LOOKUPS = 50;

const model = z.string().regex(/^\w[\w.-]*\/\w[\w.-]*$/);
const toolSettings = z.looseObject({
  model,
  edit_model: model.optional(),
  version: z.string().min(1).optional(),
  fields: inputFields,
  output_field: z.string().optional(),
});

// The statuses of replicate.md#errors. Of those not listed, 5xx are retried and the others not.
const RETRY_CLASSES: RetryTable = {
  never: [400, 403, 404, 422],
  backoff: [408, 500, 502, 503, 504],
  wait: [429],
  pause: [401, 402],
};

/** What to do about an HTTP error. */
export function retryClassOf(status: number): RetryClass {
  return classIn(RETRY_CLASSES, status) ?? (status >= 500 ? "backoff" : "never");
}

// Why a prediction failed is told by a sentence alone. These words tell moderation and the machine's own troubles from
// errors of the model's, which a second try would only repeat; moderation comes first.
const MODERATION =
  /\bnsfw\b|\bflagged\b|\bsensitive\b|\bmoderat(ed|ion)\b|\bsafety\b|\bcontent[ _]polic(y|ies)\b|\bprohibited\b/i;
const INFRASTRUCTURE =
  /^director:|\bdirector\b.*\berror\b|\bout of memory\b|\boutofmemory(error)?\b|\binterrupt(ed|ion)\b|\binternal (server )?error\b|\btemporarily unavailable\b|\bservice unavailable\b|\btimeout starting\b|\bhigh demand\b|\bplease (retry|try again)\b/i;
const ERROR_CODE = /\b(E\d{3,5})\b/;

/** What to do about a prediction that failed with this text. */
export function retryClassOfError(error: string): "never" | "backoff" {
  return !MODERATION.test(error) && INFRASTRUCTURE.test(error) ? "backoff" : "never";
}

export const replicate: Provider = {
  name: "replicate",
  // It knows no idempotency key; what a lost answer left behind shows in the list of predictions.
  resubmit: "at_least_once",

  async submit(work, context) {
    const settings = settingsOf(toolSettings, work);
    const hasFiles = Object.values(context.files).some((files) => files.length > 0);
    const chosen = (hasFiles ? settings.edit_model : undefined) ?? settings.model;
    const { version } = settings;
    const answer = await call(work, version ? "/predictions" : `/models/${chosen}/predictions`, {
      json: {
        ...version ? { version } : {},
        input: mapInput(work, context, settings.fields),
        webhook: context.callbackUrl,
        webhook_events_filter: ["completed"],
      },
      isSubmit: true,
    });
    if (answer.status >= 400) throw refusal(answer, true);
    const task = prediction.safeParse(answer.body).data;
    if (!task?.id) throw malformedAnswer("The answer names no prediction", answer.raw, true);
    return submittedAs(task.id, task, answer.raw);
  },

  findTask,
  verify,
  parse: parseWebhook,

  async fetchOutcome(work, externalId): Promise<Outcome> {
    const answer = await call(work, `/predictions/${encodeURIComponent(externalId)}`);
    const { status, body, raw } = answer;
    if (status === 404) return { state: "unknown", reason: "Replicate does not know the prediction", raw };
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
      case "canceled":
      case "aborted":
        return { state: "failed", failure: taskFailure(task.status, raw), raw };
      default:
        return { state: "unknown", reason: `Status ${JSON.stringify(task?.status ?? null)}`, raw };
    }
  },

  async cancel(work, externalId) {
    const answer = await call(work, `/predictions/${encodeURIComponent(externalId)}/cancel`, {
      method: "POST",
    });
    if (answer.status >= 400) throw refusal(answer);
  },
};

// Calls -----------------------------------------------------------------------------------------------------------

// Each field on its own: one of an unexpected type must not cost us the others.
const text = z.string().min(1).nullish().catch(null);
const prediction = z.looseObject({
  id: text,
  status: text,
  output: z.unknown().optional(),
  error: z.unknown().optional(),
  data_removed: z.boolean().nullish().catch(null),
  model: text,
  created_at: text,
  webhook: text,
});
type Prediction = z.infer<typeof prediction>;

async function call(
  work: WorkItem,
  path: string,
  request: Omit<ProviderCall, "url" | "headers"> = {},
): Promise<ProviderAnswer> {
  return await callProvider(work, {
    ...request,
    url: `${work.account.settings?.base_url ?? BASE_URL}/v1${path}`,
    headers: { authorization: `Bearer ${apiKeyOf(work)}` },
  });
}

function submittedAs(externalId: string, { status, model }: Prediction, raw: unknown): Submitted {
  return { externalId, raw, details: { taskStatus: status, model } };
}

// Lost answers ----------------------------------------------------------------------------------------------------

/** Looks through the predictions since the attempt began, latest first, for the one that was given our callback URL. */
async function findTask(work: WorkItem, { callbackUrl }: { callbackUrl: string }): Promise<Submitted | null> {
  const since = Date.parse(work.attempt.started_at) - CLOCKS_DIFFER_MS;
  let lookups = 0;
  let cursor = "";
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await call(work, `/predictions${cursor}`);
    if (answer.status >= 400) throw refusal(answer);
    const list = predictions.safeParse(answer.body).data;
    if (!list) throw malformedAnswer("The list of predictions is none", answer.raw);
    for (const listed of list.results) {
      if (!listed.id || Date.parse(listed.created_at ?? "") < since) continue;
      // Whether a list shows the callback of each is not documented: where it does not, the prediction itself does.
      const isComplete = Object.hasOwn(listed, "webhook");
      if (!isComplete && ++lookups > MAX_LOOKUPS) throw tooMany(answer.raw);
      const { task, raw } = isComplete ? { task: listed, raw: null } : await lookUp(work, listed.id);
      if (task?.webhook === callbackUrl) return submittedAs(listed.id, task, raw);
    }
    const last = list.results.at(-1);
    cursor = cursorOf(list.next);
    if (!cursor || !last || Date.parse(last.created_at ?? "") < since) return null;
  }
  throw tooMany(null);
}

const predictions = z.looseObject({ next: text, results: z.array(prediction) });

async function lookUp(work: WorkItem, id: string): Promise<{ task: Prediction | undefined; raw: unknown }> {
  const answer = await call(work, `/predictions/${encodeURIComponent(id)}`);
  if (answer.status >= 400) throw refusal(answer);
  return { task: prediction.safeParse(answer.body).data, raw: answer.raw };
}

/** The part of the next page's address that says which it is; the rest is ours to say. */
function cursorOf(next: string | null | undefined): string {
  const cursor = next && URL.canParse(next, BASE_URL)
    ? new URL(next, BASE_URL).searchParams.get("cursor")
    : null;
  return cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
}

function tooMany(raw: unknown): ProviderError {
  const message = "There are too many predictions to look through";
  return new ProviderError({ retryClass: "backoff", code: "too_many_predictions", message, raw });
}

// Failures --------------------------------------------------------------------------------------------------------

const problem = z.looseObject({ title: text, detail: text });

/** Why a question or a submit was turned down. */
function refusal({ status, headers, raw }: ProviderAnswer, isSubmit = false): ProviderError {
  const { title, detail } = problem.safeParse(raw).data ?? {};
  const message = detail ?? title ?? `Replicate answered HTTP ${status}`;
  // "Your rate limit resets in ~30s." is said in words, and perhaps not in a header (replicate.md#limits).
  const seconds = Number(/resets in ~?(\d+(?:\.\d+)?)\s*s/i.exec(message)?.[1] ?? NaN);
  const hint = seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
  return new ProviderError(
    {
      retryClass: retryClassOf(status),
      code: `http_${status}`,
      message,
      raw,
      ...hint,
      ...retryAfter(headers),
    },
    // A server's error may come after the prediction was made.
    isSubmit && (status >= 500 || status === 408),
  );
}

/** Why a prediction did not succeed (replicate.md#predictions, #errors), in its own words as they are stored. */
function taskFailure(status: "failed" | "canceled" | "aborted", raw: unknown): ClassifiedFailure {
  const { error } = prediction.safeParse(raw).data ?? {};
  const said = typeof error === "string" ? error.trim() : error ? JSON.stringify(error) : "";
  if (status === "canceled") return failure("never", said || "The prediction was canceled");
  if (status === "aborted") return failure("backoff", said || "The prediction was stopped before it started");
  return failure(retryClassOfError(said), said || "The prediction failed without a reason");

  function failure(retryClass: RetryClass, message: string): ClassifiedFailure {
    // A refusal of content has a code of ours where it has none of Replicate's.
    const code = ERROR_CODE.exec(said)?.[1] ?? (MODERATION.test(said) ? "content_moderation" : status);
    return { retryClass, code, message, raw };
  }
}

// Outputs ---------------------------------------------------------------------------------------------------------

function succeeded(work: WorkItem, task: Prediction, raw: unknown): Outcome {
  const field = toolSettings.safeParse(work.tool_settings).data?.output_field;
  const fields = z.record(z.string(), z.unknown()).safeParse(task.output).data;
  const outputs = outputsOf(field === undefined ? task.output : fields?.[field]);
  if (outputs.length > 0) return { state: "succeeded", outputs, raw };
  if (task.data_removed) {
    const message = "Replicate has deleted the result: it keeps results for an hour";
    return { state: "failed", failure: { retryClass: "backoff", code: "data_removed", message, raw }, raw };
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

// Webhooks --------------------------------------------------------------------------------------------------------

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
    dedupeKey: createHash("sha256").update(rawBody).digest("hex"),
    details: task
      ? {
        event: state === "succeeded" || state === "failed" ? "completed" : null,
        taskStatus: task.status ?? null,
        ...typeof task.error === "string" && task.error ? { error: task.error } : {},
      }
      : { event: "unreadable" },
  };
}

/** Checks the signature of id, time and body, and the time (replicate.md#signature). Fails closed. */
function verify({ headers, rawBody }: Delivery, { webhookSecret }: WebhookAccount): Verdict {
  const webhook = keyOf(webhookSecret);
  if (!webhook) {
    return {
      ok: false,
      code: "misconfigured",
      reason: "The account has no webhook secret to check this with.",
    };
  }
  const signed = {
    "webhook-id": headers.get("webhook-id") ?? "",
    "webhook-timestamp": headers.get("webhook-timestamp") ?? "",
    "webhook-signature": headers.get("webhook-signature") ?? "",
  };
  // The package reads as much of the time as is a number, and would not notice what follows it.
  if (!/^[1-9]\d{0,11}$/.test(signed["webhook-timestamp"])) {
    return refused("The webhook's timestamp is none.");
  }
  try {
    webhook.verify(rawBody, signed, { jsonParse: false });
  } catch (error) {
    if (error instanceof WebhookVerificationError) return refused(`${error.message}.`);
    throw error;
  }
  return { ok: true, verifiedBy: "standard-webhooks", deliveryId: signed["webhook-id"] };
}

/** Null for a secret that is missing, empty or no secret of this kind. */
function keyOf(secret: string | null): Webhook | null {
  try {
    return secret?.startsWith("whsec_") ? new Webhook(secret) : null;
  } catch {
    return null;
  }
}

function refused(reason: string): Verdict {
  return { ok: false, code: "unauthenticated", reason };
}
