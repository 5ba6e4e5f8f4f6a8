/** Calling KIE, and what its answers mean. */
import type { ClassifiedFailure } from "../../engine/failure.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { type Api, callApi } from "../kit/account_call.ts";
import { malformedAnswer, retryAfter } from "../kit/failures.ts";
import { ProviderError } from "../provider.ts";
import { GENERATION_FAILED, SUCCESS } from "./codes.ts";
import { classified } from "./failures.ts";
import { envelope } from "./task_record.ts";

const API: Api = { baseUrl: "https://api.kie.ai", scheme: "Bearer" };
const LEAST_WAIT_MS: Readonly<Record<number, number>> = { 429: 10_000, 455: 120_000 };

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
export async function call(
  work: WorkItem,
  path: string,
  { json, isSubmit = false, expects = [] }: CallOptions,
): Promise<{ code: number; msg: string; data: unknown; raw: unknown }> {
  const { status, headers, body, raw } = await callApi(work, API, path, {
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
