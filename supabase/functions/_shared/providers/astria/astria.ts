/**
 * Astria: trains a model ("tune") on pictures that it reads by signed addresses. Its result is no file but the tune's
 * id. It signs nothing, posts its callback once and tells of no failure: a callback is a hint, the tune is asked for,
 * and one that never gets `trained_at` ends at the attempt's deadline. Facts: docs/providers/astria.md.
 *
 * Tool settings: `{base_tune_id?, branch?, model_type?, preset?, token?, steps?, face_crop?, training_face_correct?,
 * auto_extend?, eta_margin_minutes?}`; the first nine go to Astria as they are. Account settings: `{base_url?}`.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Submitted } from "../../engine/attempts.ts";
import type { ClassifiedFailure, RetryClass } from "../../engine/failure.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { tryParseJson } from "../../http/json.ts";
import {
  apiKeyOf,
  callProvider,
  malformedAnswer,
  type ProviderAnswer,
  type ProviderCall,
  retryAfter,
  settingsOf,
} from "../kit/provider_call.ts";
import { type Outcome, type Provider, ProviderError, type WebhookEvent } from "../provider.ts";

const BASE_URL = "https://api.astria.ai";
// Astria itself gives up after 30 s, with a 504 that says more than a time-out of ours would (astria.md#errors).
const SUBMIT_TIMEOUT_MS = 40_000;
// The longest page there is (astria.md#endpoints). Two thousand tunes that are younger than an attempt are more than
// one account makes.
const PAGE = 120;
const MAX_PAGES = 20;
// Between their clock and ours.
const CLOCK_MARGIN_MS = 10 * 60_000;

const tuneSettings = z.object({
  base_tune_id: z.union([z.number().int(), z.string().min(1)]).optional(),
  branch: z.string().optional(),
  model_type: z.string().nullish(),
  preset: z.string().nullish(),
  token: z.string().optional(),
  steps: z.number().int().optional(),
  face_crop: z.boolean().optional(),
  training_face_correct: z.boolean().optional(),
  auto_extend: z.boolean().optional(),
});
const overdueSettings = z.object({ eta_margin_minutes: z.number().positive().optional() });

const tuneInput = z.object({
  subject: z.string(),
  characteristics: z.record(z.string(), z.string()).optional(),
});

// Ids with 16 digits or more come as text already, and are kept as text whatever their length.
const id = z.union([z.number().int().nonnegative(), z.string().regex(/^\d{1,40}$/)]).transform(String);
const time = z.string().min(1).nullish().catch(null);
const tune = z.looseObject({
  id,
  title: z.string().nullish().catch(null),
  created_at: time,
  started_training_at: time,
  trained_at: time,
  eta: time,
  expires_at: time,
  ckpt_url: time,
});
type Tune = z.infer<typeof tune>;

// HTTP statuses of astria.md#errors, and those that every HTTP API has. Others are retried, for we do not know them:
// backoff ends by itself.
const RETRY_CLASSES: Readonly<Record<number, RetryClass>> = {
  400: "never",
  401: "pause",
  402: "pause", // no plan or no credits
  403: "pause",
  404: "never",
  413: "never",
  422: "never", // "Do not retry"
  429: "wait",
  500: "backoff",
  504: "backoff",
};

export const astria: Provider = {
  name: "astria",
  // An account that keys tunes by title makes no second one; for one that does not, findTask has looked before.
  resubmit: "idempotent",

  async submit(work, { callbackUrl, files }): Promise<Submitted> {
    const settings = settingsOf(tuneSettings, work);
    const input = tuneInput.safeParse(work.job.input);
    if (!input.success) {
      const message = "The input names no subject that Astria could train";
      throw new ProviderError({ retryClass: "never", code: "invalid_input", message });
    }
    const { subject, characteristics } = input.data;
    const answer = await call(work, "/tunes", {
      json: {
        tune: {
          ...settings,
          title: titleOf(work),
          name: subject,
          ...characteristics ? { characteristics } : {},
          image_urls: Object.values(files).flat(),
          callback: callbackUrl,
        },
      },
      timeoutMs: SUBMIT_TIMEOUT_MS,
      isSubmit: true,
    });
    const made = tune.safeParse(answer.body);
    if (!made.success) throw malformedAnswer("The answer names no tune", answer.raw, true);
    return submittedAs(made.data, answer.raw);
  },

  async findTask(work): Promise<Submitted | null> {
    const title = titleOf(work);
    const notBefore = Date.parse(work.attempt.started_at) - CLOCK_MARGIN_MS;
    let beforeId: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const tunes = await listTunes(work, beforeId);
      const found = tunes.find((entry) => entry.tune.title === title);
      if (found) return submittedAs(found.tune, found.raw);
      const oldest = tunes.at(-1)?.tune;
      if (!oldest || Date.parse(oldest.created_at ?? "") < notBefore) return null;
      beforeId = oldest.id;
    }
    const message = `None of the ${MAX_PAGES * PAGE} newest tunes has the title ${title}`;
    throw new ProviderError({ retryClass: "backoff", code: "too_many_tunes", message });
  },

  // No verify: Astria signs nothing. The token in the URL has been checked, the tune is asked for.
  parse: parseWebhook,

  async fetchOutcome(work, externalId): Promise<Outcome> {
    const { status, body, raw } = await call(work, `/tunes/${externalId}`, { accept: [404] });
    if (status === 404) return { state: "unknown", reason: `Astria has no tune ${externalId}`, raw };
    const parsed = tune.safeParse(body);
    if (!parsed.success || parsed.data.id !== externalId) {
      throw malformedAnswer(`The answer is not tune ${externalId}`, raw);
    }
    return outcomeOf(
      parsed.data,
      overdueSettings.safeParse(work.tool_settings).data?.eta_margin_minutes,
      raw,
    );
  },

  // There is no stopping a training but deleting its tune (astria.md#endpoints), which loses nothing that anybody
  // wants.
  async cancel(work, externalId) {
    await call(work, `/tunes/${externalId}`, { method: "DELETE", accept: [404] });
  },
};

/** The idempotency key: a second submit of the attempt makes no second tune, the next attempt makes its own. */
function titleOf({ job, attempt }: WorkItem): string {
  return `${job.id}-${attempt.attempt}`;
}

function submittedAs(made: Tune, raw: unknown): Submitted {
  return { externalId: made.id, raw, details: { title: made.title, eta: made.eta } };
}

/**
 * How a tune stands by its times (astria.md#tunes). `etaMarginMinutes`: how long after its eta it is given up; never
 * without.
 */
function outcomeOf(made: Tune, etaMarginMinutes: number | undefined, raw: unknown): Outcome {
  const { trained_at, started_training_at, expires_at, ckpt_url, eta } = made;
  if (trained_at) {
    const data = {
      model_url: made.id,
      tune_id: made.id,
      trained_at,
      expires_at,
      ...ckpt_url ? { ckpt_url } : {},
    };
    return { state: "succeeded", outputs: [], data, raw };
  }
  const overdueMs = Date.now() - Date.parse(eta ?? "");
  if (etaMarginMinutes !== undefined && overdueMs > etaMarginMinutes * 60_000) {
    const message = `The training was to end at ${eta} and has not`;
    return { state: "failed", failure: { retryClass: "backoff", code: "training_overdue", message }, raw };
  }
  if (!started_training_at) return { state: "queued", raw };
  const progress = progressOf(Date.parse(started_training_at), Date.parse(eta ?? ""));
  return { state: "running", ...progress === undefined ? {} : { progress }, raw };
}

/** Percent of the time from start to eta that has gone by; 99 at most, for only `trained_at` tells of the end. */
function progressOf(startedAt: number, eta: number): number | undefined {
  if (!(eta > startedAt)) return undefined;
  const share = (Date.now() - startedAt) / (eta - startedAt);
  return Math.floor(Math.min(Math.max(share * 100, 0), 99));
}

// Calls -----------------------------------------------------------------------------------------------------------

interface CallOptions extends Pick<ProviderCall, "json" | "method" | "timeoutMs" | "isSubmit"> {
  /** Statuses that are answers like those of success. */
  accept?: readonly number[];
}

/** Calls Astria. Throws ProviderError for every status that is no success. */
async function call(work: WorkItem, path: string, options: CallOptions): Promise<ProviderAnswer> {
  const { accept = [], ...request } = options;
  const answer = await callProvider(work, {
    url: (work.account.settings?.base_url ?? BASE_URL) + path,
    headers: { authorization: `Bearer ${apiKeyOf(work)}`, accept: "application/json" },
    ...request,
  });
  const { status } = answer;
  if ((status >= 200 && status < 300) || accept.includes(status)) return answer;
  // "Would probably have been processed", says astria.md#errors of a 504; of the others nobody knows.
  throw new ProviderError(failureOf(answer), request.isSubmit === true && status >= 500);
}

/** A page of the account's tunes, newest first; each with itself as it may be stored. */
async function listTunes(work: WorkItem, beforeId?: string): Promise<{ tune: Tune; raw: unknown }[]> {
  const query = new URLSearchParams({ limit: String(PAGE), ...beforeId ? { before_id: beforeId } : {} });
  const { body, raw } = await call(work, `/tunes?${query}`, {});
  const parsed = z.array(tune).safeParse(body);
  if (!parsed.success) throw malformedAnswer("The answer is no list of tunes", raw);
  return parsed.data.map((entry, index) => ({ tune: entry, raw: z.array(z.unknown()).parse(raw)[index] }));
}

function failureOf({ status, headers, raw }: ProviderAnswer): ClassifiedFailure {
  const retryClass = RETRY_CLASSES[status] ?? "backoff";
  return { retryClass, code: `http_${status}`, message: messageOf(status, raw), raw, ...retryAfter(headers) };
}

/** What Astria said, unmasked: a sentence where there is one, else the errors by field as they came. */
function messageOf(status: number, raw: unknown): string {
  const said = z.looseObject({ error: z.string().min(1).optional(), message: z.string().min(1).optional() })
    .safeParse(raw).data;
  const errors = typeof raw === "object" && raw !== null ? JSON.stringify(raw) : undefined;
  return said?.error ?? said?.message ?? errors ?? `Astria answered HTTP ${status}`;
}

// Webhooks --------------------------------------------------------------------------------------------------------

// Each field on its own: one of an unexpected type must not cost us the tune's id.
const entity = z.looseObject({
  id: id.nullish().catch(null),
  tune_id: id.nullish().catch(null),
  text: z.string().nullish().catch(null),
  started_training_at: time,
  trained_at: time,
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
  const dedupeKey = createHash("sha256").update(rawBody).digest("hex");
  if (!found) return { externalId: null, state: "unknown", dedupeKey, details: { event: "unreadable" } };
  const isPrompt = !wrapped && Boolean(found.tune_id ?? found.text);
  if (isPrompt) {
    return { externalId: found.tune_id ?? null, state: "unknown", dedupeKey, details: { event: "prompt" } };
  }
  const taskStatus = found.trained_at ? "trained" : found.started_training_at ? "training" : null;
  const details = { event: "tune", taskStatus, trained_at: found.trained_at };
  return { externalId: found.id ?? null, state: stateOf(taskStatus, found.id), dedupeKey, details };
}

function stateOf(taskStatus: string | null, tuneId: string | null | undefined): WebhookEvent["state"] {
  if (!taskStatus || !tuneId) return "unknown";
  return taskStatus === "trained" ? "succeeded" : "running";
}
