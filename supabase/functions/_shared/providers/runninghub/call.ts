/** Calling RunningHub, and what its answers mean. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { type Api, apiKeyOf, callApi } from "../kit/account_call.ts";
import { httpFailure, malformedAnswer } from "../kit/failures.ts";
import { ProviderError } from "../provider.ts";
import { businessFailure } from "./failures.ts";

const API: Api = { baseUrl: "https://www.runninghub.cn", scheme: "Bearer" };

const answer = z.looseObject({
  code: z.coerce.number().optional(),
  msg: z.string().nullish(),
  data: z.unknown().optional(),
});
type Answer = z.infer<typeof answer>;

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
export async function call(
  work: WorkItem,
  path: string,
  options: CallOptions,
): Promise<{ code: number; msg: string; data: unknown; raw: unknown }> {
  const { json, body, contentType, timeoutMs, isSubmit = false } = options;
  const answered = await callApi(work, API, path, {
    method: "POST",
    ...body ? { body } : { json: { apiKey: apiKeyOf(work), ...json } },
    ...contentType ? { contentType } : {},
    ...timeoutMs ? { timeoutMs } : {},
    isSubmit,
  });
  const { status, raw } = answered;
  if (status === 429) {
    throw new ProviderError(httpFailure(answered, { retryClass: "wait", message: "Too many requests" }));
  }
  if (status >= 500) {
    const message = "RunningHub had an error";
    throw new ProviderError({ retryClass: "backoff", code: `http_${status}`, message, raw }, isSubmit);
  }
  const parsed = answer.safeParse(answered.body);
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
