/**
 * RunningHub, legacy ("v1") endpoints: upload, ai-app/run, outputs, status, cancel; webhooks in the three shapes that
 * were seen. It does not sign webhooks, so every one is a hint: the outcome is asked for. Facts:
 * docs/providers/runninghub.md.
 *
 * Tool settings: `{webapp_id, nodes: {<input field>: {node_id, field_name}}, output_node_id?, instance_type?, variants?}`.
 * Inputs without a node are not sent: the app has its own values for them. `variants: {<input.variant>: {…}}` lays its
 * settings, whole nodes included, over the rest: a variant may be another app; one that is not listed is refused.
 * Without `variants` one app does all. Account settings: `{base_url?}`.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { ClassifiedFailure, RetryClass } from "../../engine/failure.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { multipartBody } from "../../files/multipart_body.ts";
import { tryParseJson } from "../../http/json.ts";
import { apiKeyOf, callProvider, malformedAnswer, retryAfter, settingsOf } from "../kit/provider_call.ts";
import { classIn, type RetryTable } from "../kit/retry_table.ts";
import {
  type Outcome,
  type Provider,
  ProviderError,
  type ProviderOutput,
  type WebhookEvent,
} from "../provider.ts";

const BASE_URL = "https://www.runninghub.cn";
const UPLOAD_TIMEOUT_MS = 120_000;

const appSettings = z.looseObject({
  webapp_id: z.string(),
  nodes: z.record(
    z.string(),
    z.object({ node_id: z.string(), field_name: z.string() }),
  ),
  output_node_id: z.string().optional(),
  instance_type: z.enum(["default", "plus", "ultra"]).optional(),
});
const variantSettings = z.looseObject({ variants: z.record(z.string(), z.record(z.string(), z.unknown())) });

const answer = z.looseObject({
  code: z.coerce.number().optional(),
  msg: z.string().nullish(),
  data: z.unknown().optional(),
});
type Answer = z.infer<typeof answer>;

// Codes of runninghub.md#codes. Those not listed are retried, for we do not know them: backoff ends by itself.
const RETRY_CLASSES: RetryTable = {
  never: [
    301,
    380,
    412,
    423,
    433,
    435,
    436,
    803,
    807,
    809,
    810,
    901,
    1001,
    1004,
    1007,
    1008,
    1009,
    1014,
    1101,
    1501,
    1505,
  ],
  backoff: [500, 808, 1000, 1005, 1006, 1010, 1011, 1012, 1013, 1015, 1504],
  wait: [415, 421, 814, 1003, 1520],
  pause: [416, 801, 802, 806, 811, 812, 1002, 1601],
};
const RUNNING = 804;
const FAILED = 805;
const QUEUED = 813;
const NOT_FOUND: readonly number[] = [423, 807, 1004];
// Out of coins, seen without a code of its own.
const OUT_OF_POWER = "TASK_CREATE_FAILED_BY_NOT_ENOUGH_POWER_VALUE";
// Failures inside a task that are the machine's fault, not the input's (runninghub.md#codes, last paragraph).
const INFRASTRUCTURE =
  /stale file handle|errno 116|connection reset|\b(OSError|FileNotFoundError)\b[\s\S]*Load(Image|Video)/i;
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  mp4: "video/mp4",
  mov: "video/quicktime",
};

/** The retry class of a business code, with the name in `msg` where the code does not say it. */
export function retryClassOf(code: number, msg: string): RetryClass {
  if (msg === OUT_OF_POWER) return "pause";
  return classIn(RETRY_CLASSES, code) ?? "backoff";
}

export const runninghub: Provider = {
  name: "runninghub",
  // It neither knows an idempotency key nor lists tasks: what a lost answer left behind shows by its webhook alone.
  resubmit: "reconcile_only",

  async upload(work, file) {
    const { body, contentType } = multipartBody({
      apiKey: apiKeyOf(work),
      fileType: file.contentType.startsWith("image/") ? "image" : "input", // the documented word, and the official skill's
    }, {
      field: "file",
      ...file,
    });
    const { data, raw } = await call(work, "/task/openapi/upload", {
      body,
      contentType,
      timeoutMs: UPLOAD_TIMEOUT_MS,
    });
    const { success, data: uploaded } = z.looseObject({
      fileName: z.string().min(1),
    }).safeParse(data);
    if (!success) throw malformedAnswer("The upload's answer names no file", raw);
    return uploaded.fileName;
  },

  async submit(work, { callbackUrl, files }) {
    const settings = appOf(work);
    const nodeInfoList = Object.entries(settings.nodes).flatMap(
      ([field, node]) => {
        const value = files[field]?.[0] ?? work.job.input[field];
        return value === undefined ? [] : [{
          nodeId: node.node_id,
          fieldName: node.field_name,
          fieldValue: String(value),
        }];
      },
    );
    const { data, raw } = await call(work, "/task/openapi/ai-app/run", {
      json: {
        webappId: settings.webapp_id, // as a string: it does not fit a JavaScript number
        nodeInfoList,
        webhookUrl: callbackUrl,
        ...settings.instance_type ? { instanceType: settings.instance_type } : {},
      },
      isSubmit: true,
    });
    const task = z.looseObject({
      taskId: z.string().min(1),
      taskStatus: z.string().nullish(),
      promptTips: z.string().nullish(),
    })
      .safeParse(data);
    if (!task.success) throw malformedAnswer("The answer names no task", raw, true);
    const rejected = nodeErrors(task.data.promptTips);
    if (rejected) {
      throw new ProviderError({
        retryClass: "never",
        code: "node_errors",
        message: rejected,
        raw,
      });
    }
    return {
      externalId: task.data.taskId,
      raw,
      details: { taskStatus: task.data.taskStatus },
    };
  },

  // No verify: RunningHub signs nothing. The token in the URL has been checked, the outcome is asked for.
  parse: parseWebhook,

  async fetchOutcome(work, externalId): Promise<Outcome> {
    const { code, msg, data, raw } = await call(work, "/task/openapi/outputs", {
      json: { taskId: externalId },
      anyCode: true,
    });
    if (code === RUNNING) return { state: "running", raw };
    if (code === QUEUED) return { state: "queued", raw };
    if (code === FAILED) {
      return { state: "failed", failure: taskFailure(data, msg, raw), raw };
    }
    if (NOT_FOUND.includes(code)) {
      return {
        state: "unknown",
        reason: `RunningHub does not know the task: ${code} ${msg}`,
        raw,
      };
    }
    if (code !== 0) throw new ProviderError(businessFailure(code, msg, raw));
    const outputs = chooseOutputs(
      data,
      appSettings.safeParse(settingsOfApp(work)).data?.output_node_id,
    );
    if (outputs.length > 0) return { state: "succeeded", outputs, raw };

    // Code 0 without outputs means "not finished" on some pages and success on others (runninghub.md#outcomes): the
    // status tells.
    const status = await call(work, "/task/openapi/status", {
      json: { taskId: externalId },
    });
    if (status.data === "QUEUED") return { state: "queued", raw: status.raw };
    if (status.data === "RUNNING") return { state: "running", raw: status.raw };
    if (status.data === "FAILED") {
      return {
        state: "failed",
        failure: taskFailure(data, status.msg, status.raw),
        raw: status.raw,
      };
    }
    return {
      state: "unknown",
      reason: `Status ${JSON.stringify(status.data)} without outputs`,
      raw: status.raw,
    };
  },

  async cancel(work, externalId) {
    await call(work, "/task/openapi/cancel", { json: { taskId: externalId } });
  },
};

// Settings --------------------------------------------------------------------------------------------------------

/** The settings of the app that does this work; undefined when there is none for its variant. */
function settingsOfApp({ tool_settings, job }: WorkItem): Record<string, unknown> | undefined {
  const { variants } = variantSettings.safeParse(tool_settings).data ?? {};
  const { variant } = job.input;
  if (!variants || typeof variant !== "string") return tool_settings;
  return Object.hasOwn(variants, variant) ? { ...tool_settings, ...variants[variant] } : undefined;
}

/** As settingsOfApp. Throws ProviderError of class never that names what is not there. */
function appOf(work: WorkItem): z.infer<typeof appSettings> {
  const tool_settings = settingsOfApp(work);
  if (tool_settings) return settingsOf(appSettings, { ...work, tool_settings });
  const message = `The settings of tool ${work.job.tool} lack variants.${work.job.input.variant}`;
  throw new ProviderError({ retryClass: "never", code: "tool_misconfigured", message });
}

// Calls -----------------------------------------------------------------------------------------------------------

interface CallOptions {
  json?: Record<string, unknown>;
  body?: ReadableStream<Uint8Array>;
  contentType?: string;
  timeoutMs?: number;
  /** An error after the request was sent leaves it open whether a task was made. */
  isSubmit?: boolean;
  /** Return every business code instead of throwing for those that are not 0. */
  anyCode?: boolean;
}

/**
 * Posts to RunningHub. HTTP is 200 nearly always; what counts is `code` (runninghub.md#hosts). Throws ProviderError.
 */
async function call(
  work: WorkItem,
  path: string,
  options: CallOptions,
): Promise<{ code: number; msg: string; data: unknown; raw: unknown }> {
  const { json, body, contentType, timeoutMs, isSubmit = false } = options;
  const apiKey = apiKeyOf(work);
  const { status, headers, body: answered, raw } = await callProvider(work, {
    url: (work.account.settings?.base_url ?? BASE_URL) + path,
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}` },
    ...body ? { body } : { json: { apiKey, ...json } },
    ...contentType ? { contentType } : {},
    ...timeoutMs ? { timeoutMs } : {},
    isSubmit,
  });
  if (status === 429) {
    throw new ProviderError({
      retryClass: "wait",
      code: "http_429",
      message: "Too many requests",
      raw,
      ...retryAfter(headers),
    });
  }
  if (status >= 500) {
    const message = "RunningHub had an error";
    throw new ProviderError({ retryClass: "backoff", code: `http_${status}`, message, raw }, isSubmit);
  }
  const parsed = answer.safeParse(answered);
  if (!parsed.success) throw malformedAnswer("The answer is not of the documented shape", raw, isSubmit);
  const { code, msg } = codeOf(parsed.data, status);
  if (code !== 0 && !options.anyCode) {
    throw new ProviderError(businessFailure(code, msg, raw), isSubmit && code === 500);
  }
  return { code, msg, data: parsed.data.data, raw };
}

function codeOf({ code, msg }: Answer, status: number): { code: number; msg: string } {
  const known = code ?? (status < 300 ? 0 : status);
  return { code: known === 200 ? 0 : known, msg: msg ?? "" }; // some clients see 200 for success (runninghub.md#hosts)
}

// Failures --------------------------------------------------------------------------------------------------------

function businessFailure(
  code: number,
  msg: string,
  raw: unknown,
): ClassifiedFailure {
  return {
    retryClass: retryClassOf(code, msg),
    code: String(code),
    message: msg || `RunningHub answered code ${code}`,
    raw,
  };
}

/**
 * Why a task failed (runninghub.md#outcomes, code 805): its exception, unmasked; retried only when the machine was at
 * fault.
 */
function taskFailure(
  data: unknown,
  msg: string,
  raw: unknown,
): ClassifiedFailure {
  const reason = z.looseObject({
    failedReason: z.looseObject({
      exception_message: z.string().nullish(),
      exception_type: z.string().nullish(),
      node_name: z.string().nullish(),
    }).nullish(),
  }).safeParse(data).data?.failedReason;
  const message = reason?.exception_message?.trim() || msg || "The task failed";
  const evidence = [
    reason?.exception_type,
    reason?.exception_message,
    reason?.node_name,
  ].join(" ");
  return {
    retryClass: INFRASTRUCTURE.test(evidence) ? "backoff" : "never",
    code: String(FAILED),
    message,
    raw,
  };
}

/**
 * The node errors in promptTips, a JSON string: not empty means that the graph was rejected although code is 0
 * (runninghub.md#submit).
 */
function nodeErrors(promptTips: string | null | undefined): string | undefined {
  const tips = z.looseObject({ node_errors: z.record(z.string(), z.unknown()) })
    .safeParse(
      tryParseJson(promptTips ?? ""),
    );
  const errors = tips.data?.node_errors;
  return errors && Object.keys(errors).length > 0 ? JSON.stringify(errors) : undefined;
}

// Outputs ---------------------------------------------------------------------------------------------------------

const outputEntry = z.looseObject({
  fileUrl: z.string().nullish(),
  url: z.string().nullish(),
  fileType: z.string().nullish(),
  outputType: z.string().nullish(),
  nodeId: z.coerce.string().nullish(),
});

/** The outputs of the wanted node; all of them when it is not named or not there. Workflows emit previews too, so never by index. */
function chooseOutputs(
  data: unknown,
  nodeId: string | undefined,
): ProviderOutput[] {
  const entries = z.array(z.unknown()).safeParse(data).data ?? [];
  const outputs = entries.flatMap((entry) => {
    const parsed = outputEntry.safeParse(entry).data;
    const url = parsed?.fileUrl ?? parsed?.url;
    const type = (parsed?.fileType ?? parsed?.outputType ?? "").toLowerCase();
    return url
      ? [{
        nodeId: parsed?.nodeId,
        url,
        contentType: CONTENT_TYPES[type] ?? null,
      }]
      : [];
  });
  const wanted = nodeId === undefined ? [] : outputs.filter((output) => output.nodeId === nodeId);
  return (wanted.length > 0 ? wanted : outputs).map(({ url, contentType }) => ({
    url,
    contentType,
  }));
}

// Webhooks --------------------------------------------------------------------------------------------------------

// Each field on its own: one of an unexpected type must not cost us the task's id.
const text = z.string().min(1).nullish().catch(null);
const loose = z.looseObject({
  event: text,
  taskId: text,
  task_id: text,
  status: text,
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
  const digest = createHash("sha256").update(rawBody).digest("hex");
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
