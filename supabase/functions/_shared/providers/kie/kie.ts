/**
 * KIE.ai: createTask, recordInfo, callbacks. Its signature covers the task's id and the time, not the body, so every
 * callback is a hint: the outcome is asked for. It cannot stop a task. Facts: docs/providers/kie.md.
 *
 * Tool settings: `{model, edit_model?, fields}`; `edit_model` is used when files are given, `fields` as in map_input.ts.
 * Account settings: `{base_url?, unsigned_webhooks?}`. KIE signs only once `webhookHmacKey` has been made at
 * kie.ai/settings; that key is the account's webhook secret, and a callback without its signature is refused.
 * `unsigned_webhooks: true` is for accounts without the key: there the token in the callback's address is all that
 * vouches for it. Where there is a key, it is checked all the same.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { ClassifiedFailure, RetryClass } from "../../engine/failure.ts";
import type { WebhookAccount } from "../../engine/webhooks.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { tryParseJson } from "../../http/json.ts";
import { inputFields, mapInput } from "../kit/map_input.ts";
import { apiKeyOf, callProvider, malformedAnswer, retryAfter, settingsOf } from "../kit/provider_call.ts";
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

const BASE_URL = "https://api.kie.ai";
const SIGNATURE_WINDOW_MS = 300_000;
const LEAST_WAIT_MS: Readonly<Record<number, number>> = { 429: 10_000, 455: 120_000 };
const SUCCESS = 200;
const GENERATION_FAILED = 501;
// "recordInfo is null" comes as 422, for a task that is unknown or was made just now.
const NOT_FOUND: readonly number[] = [404, 422];

const toolSettings = z.looseObject({
  model: z.string().min(1),
  edit_model: z.string().min(1).optional(),
  fields: inputFields,
});

// The codes of kie.md#codes, and HTTP statuses that mean the same. Those not listed are retried, for we do not know
// them: backoff ends by itself. 501 depends on its text, and so does 422, which was seen with "high demand" as well.
const RETRY_CLASSES: RetryTable = {
  never: [400, 403, 404, 405, 413, 415, 505],
  backoff: [408, 500, 502, 503, 504],
  wait: [429, 455],
  pause: [401, 402],
};
// Moderation has no code of its own; these are the words it is told in. Looked for first: "flagged …, try again".
const MODERATION = new RegExp(
  [
    /\b(nsfw|flagged|moderation|copyright(ed)?|sexual(ly)?)\b/,
    /\b(unsafe|inappropriate|prohibited|sensitive) (content|material|use|words?)\b|\bas sensitive\b/,
    /\bsafety (system|filters?|checks?|reasons?)\b|\b(content|safety|usage)[ _]polic(y|ies)/,
    /\bviolat\w*\b.{0,60}\b(polic(y|ies)|guidelines|terms)\b/,
  ].map(({ source }) => source).join("|"),
  "i",
);
const DEPENDS_ON_TEXT: readonly number[] = [422, GENERATION_FAILED];
const TRANSIENT =
  /\b(internal (server )?error|server (error|exception)|time[d ]?[- ]?out|temporar(y|ily)|unavailable|overloaded|high demand|busy|try again (later|soon|shortly|in )|maintenance|network|connection (reset|refused|closed))\b/i;

/** The retry class of a code, with the text beside it where the code does not say it. */
export function retryClassOf(code: number, text: string): RetryClass {
  if (DEPENDS_ON_TEXT.includes(code)) return TRANSIENT.test(text) ? "backoff" : "never";
  return classIn(RETRY_CLASSES, code) ?? "backoff";
}

export const kie: Provider = {
  name: "kie",
  // It neither knows an idempotency key nor lists tasks: what a lost answer left behind shows by its callback alone.
  resubmit: "reconcile_only",

  async submit(work, context) {
    const { model, edit_model, fields } = settingsOf(toolSettings, work);
    const hasFiles = Object.values(context.files).some((files) => files.length > 0);
    const chosen = hasFiles ? edit_model ?? model : model;
    const { data, raw } = await call(work, "/api/v1/jobs/createTask", {
      json: { model: chosen, callBackUrl: context.callbackUrl, input: mapInput(work, context, fields) },
      isSubmit: true,
    });
    const externalId = idOf(record.safeParse(data).data);
    if (!externalId) throw malformedAnswer("The answer names no task", raw, true);
    return { externalId, raw, details: { model: chosen } };
  },

  verify,
  parse: parseWebhook,

  async fetchOutcome(work, externalId): Promise<Outcome> {
    const path = `/api/v1/jobs/recordInfo?taskId=${encodeURIComponent(externalId)}`;
    const { code, msg, data, raw } = await call(work, path, { expects: NOT_FOUND });
    if (code !== SUCCESS) {
      return { state: "unknown", reason: `KIE does not know the task: ${code} ${msg}`, raw };
    }
    const task = record.safeParse(data).data;
    switch (task?.state) {
      case "waiting":
      case "queuing":
        return { state: "queued", raw };
      case "generating":
        return { state: "running", raw };
      case "fail":
        return { state: "failed", failure: taskFailure(task, raw), raw };
      case "success": {
        const outputs = outputsOf(task);
        return outputs.length > 0
          ? { state: "succeeded", outputs, raw }
          : { state: "unknown", reason: "Success without resultUrls", raw };
      }
      default:
        return { state: "unknown", reason: `State ${JSON.stringify(task?.state ?? null)}`, raw };
    }
  },
};

// Calls -----------------------------------------------------------------------------------------------------------

// Each field on its own: one of an unexpected type must not cost us the others.
const text = z.union([z.string(), z.number().transform(String)]).nullish().catch(null);
const id = z.string().regex(/^[\x21-\x7e]{1,200}$/).nullish().catch(null);
const numeric = z.union([z.number().int(), z.string().regex(/^\d{3}$/).transform(Number)]).nullish().catch(
  null,
);
const envelope = z.looseObject({ code: numeric, msg: text, message: text, data: z.unknown().optional() });
/** `data` of an answer or a callback. */
const record = z.looseObject({
  taskId: id,
  task_id: id,
  // One of another type is no known state; it must not look as if there were none.
  state: z.string().nullish().catch("unreadable"),
  resultJson: z.unknown().optional(),
  resultUrls: z.unknown().optional(),
  failCode: text,
  failMsg: text,
  callbackType: text,
});
type TaskRecord = z.infer<typeof record>;

function idOf(task: TaskRecord | undefined): string | null {
  return task?.taskId ?? task?.task_id ?? null;
}

interface CallOptions {
  json?: Record<string, unknown>;
  /** An error after the request was sent leaves it open whether a task was made. */
  isSubmit?: boolean;
  /** Codes to be returned as success is, instead of thrown. */
  expects?: readonly number[];
}

/**
 * Calls KIE. What counts is the `code` in the body: HTTP says 200 to errors as well (kie.md#submit). Throws
 * ProviderError.
 */
async function call(
  work: WorkItem,
  path: string,
  { json, isSubmit = false, expects = [] }: CallOptions,
): Promise<{ code: number; msg: string; data: unknown; raw: unknown }> {
  const { status, headers, body, raw } = await callProvider(work, {
    url: (work.account.settings?.base_url ?? BASE_URL) + path,
    headers: { authorization: `Bearer ${apiKeyOf(work)}` },
    ...json ? { json } : {},
    isSubmit,
  });
  const answer = envelope.safeParse(body).data;
  const isHttpError = status >= 400;
  const named = isHttpError && answer?.code === SUCCESS ? null : answer?.code ?? null;
  const code = named ?? (isHttpError ? status : null);
  if (code === null) throw malformedAnswer("The answer is not of the documented shape", raw, isSubmit);
  const msg = answer?.msg || answer?.message || "";
  if (code === SUCCESS || expects.includes(code)) return { code, msg, data: answer?.data, raw };

  const hint = retryAfter(headers).retryAfterMs ?? 0;
  const leastWait = LEAST_WAIT_MS[code];
  const failure: ClassifiedFailure = {
    ...classified(code, named === null ? `http_${status}` : String(code), msg),
    message: msg || `KIE answered code ${code}`,
    raw,
    // A little more for some, so that those who were turned away together do not come back together.
    ...leastWait || hint
      ? { retryAfterMs: Math.max(hint, Math.round((leastWait ?? 0) * (1 + Math.random() / 2))) }
      : {},
  };
  // A server's error may come after the task was made; 501 and 505 say that it was refused.
  throw new ProviderError(failure, isSubmit && code >= 500 && code !== GENERATION_FAILED && code !== 505);
}

// Failures --------------------------------------------------------------------------------------------------------

/** Class and code; a refusal of content has a code of ours, since KIE tells it by words alone. */
function classified(
  code: number,
  shown: string,
  text: string,
): Pick<ClassifiedFailure, "retryClass" | "code"> {
  const says = code >= 500 || code === 400 || code === 422; // of an account or a limit these words mean something else
  if (says && MODERATION.test(text)) return { retryClass: "never", code: "content_moderation" };
  return { retryClass: retryClassOf(code, text), code: shown };
}

/**
 * Why a task failed, in its own words. `failCode` is a number like those of kie.md#codes or a word of the model's; a
 * word is treated as 501 is: tried again only when the text looks as if that would help.
 */
function taskFailure({ failCode, failMsg }: TaskRecord, raw: unknown): ClassifiedFailure {
  const shown = failCode?.trim() || String(GENERATION_FAILED);
  const message = failMsg?.trim() || `The task failed with code ${shown}`;
  const code = /^\d{3}$/.test(shown) ? Number(shown) : GENERATION_FAILED;
  const { retryClass, code: known } = classified(code, shown, `${shown} ${message}`);
  // A task that has failed is over, however busy its model was: another one is another attempt.
  return { retryClass: retryClass === "wait" ? "backoff" : retryClass, code: known, message, raw };
}

// Outputs ---------------------------------------------------------------------------------------------------------

/** The addresses in `resultUrls`; none where resultJson holds something else, such as resultObject. */
function outputsOf(task: TaskRecord): ProviderOutput[] {
  const json = typeof task.resultJson === "string" ? tryParseJson(task.resultJson) : task.resultJson;
  const inside = z.looseObject({ resultUrls: z.unknown() }).safeParse(json).data?.resultUrls;
  const urls = z.array(z.unknown()).safeParse(inside ?? task.resultUrls).data ?? [];
  return urls.flatMap((url) => typeof url === "string" && url ? [{ url, contentType: null }] : []);
}

// Callbacks -------------------------------------------------------------------------------------------------------

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
    dedupeKey: createHash("sha256").update(rawBody).digest("hex"),
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

/** Checks HMAC-SHA256 of `<task id>.<timestamp>` and the timestamp's age (kie.md#signature). Fails closed. */
function verify({ headers, rawBody, receivedAt }: Delivery, account: WebhookAccount): Verdict {
  const { webhookSecret, settings } = account;
  if (!webhookSecret) {
    if (settings.unsigned_webhooks === true) return { ok: true, verifiedBy: "token" };
    return {
      ok: false,
      code: "misconfigured",
      reason: "The account has no webhook secret to check this with.",
    };
  }
  const timestamp = headers.get("x-webhook-timestamp") ?? "";
  const signature = headers.get("x-webhook-signature");
  if (!signature || !/^\d{1,12}$/.test(timestamp)) {
    return refused("The signature or its timestamp is missing.");
  }
  if (Math.abs(receivedAt - Number(timestamp) * 1000) > SIGNATURE_WINDOW_MS) {
    return refused("The signature is more than five minutes old, or from the future.");
  }
  const { externalId } = parseWebhook(rawBody);
  if (!externalId) return refused("The body names no task.");
  const expected = createHmac("sha256", webhookSecret).update(`${externalId}.${timestamp}`).digest("base64");
  // Of equal length by their digests; as texts, for other base64 of the same bytes is not what KIE sends.
  const isSame = timingSafeEqual(digest(expected), digest(signature));
  return isSame ? { ok: true, verifiedBy: "kie-hmac" } : refused("The signature does not match.");
}

function refused(reason: string): Verdict {
  return { ok: false, code: "unauthenticated", reason };
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
