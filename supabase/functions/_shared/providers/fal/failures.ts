/** Why fal turned a question down, and why a request failed. */
import { z } from "zod";
import type { ClassifiedFailure, RetryClass } from "../../engine/failure.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { httpError } from "../kit/failures.ts";
import { looseText } from "../kit/fields.ts";
import type { ProviderAnswer } from "../kit/provider_call.ts";
import { waitTold } from "../kit/told_wait.ts";
import type { ProviderError } from "../provider.ts";
import { retryClassOf } from "./codes.ts";

const complaint = z.looseObject({
  loc: z.array(z.union([z.string(), z.number()])).nullish().catch(null),
  msg: looseText,
  type: looseText,
});
const failureBody = z.looseObject({
  detail: z.union([z.string(), z.array(complaint.catch({}))]).nullish().catch(null),
  error: looseText,
  error_type: looseText,
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
export function refusal(answer: ProviderAnswer, isSubmit = false): ProviderError {
  const { status } = answer;
  const { message, type } = errorOf(answer);
  let retryClass: RetryClass = retryClassOf(type, status);
  if (status === 401 || status === 402 || status === 403) retryClass = "pause"; // the key, or an exhausted balance
  if (status === 429) retryClass = "wait";
  return httpError(answer, { retryClass, message, ...type === null ? {} : { code: type } }, isSubmit);
}

/** Whether an error is the task's own, not one of the way to its result: a page of a proxy says nothing of the task. */
export function isTaskFailure({ status, headers, body }: ProviderAnswer): boolean {
  if (status < 400) return false;
  const said = failureBody.safeParse(body).data;
  if (Array.isArray(said?.detail)) return true;
  if ([401, 402, 403, 404, 408, 429].includes(status)) return false; // our key, a lost result, too many questions
  return Boolean(
    said?.detail || said?.error_type || headers.has("x-fal-error-type") || headers.has("x-fal-retryable"),
  );
}

/** X-Fal-Retryable has the last word, then the type. */
export function taskFailure({ attempt }: WorkItem, answer: ProviderAnswer): ClassifiedFailure {
  const { status, headers, raw } = answer;
  const { message, type } = errorOf(answer);
  const isRetryable = headers.get("x-fal-retryable")?.trim().toLowerCase();
  const retryClass = isRetryable === "true"
    ? "backoff"
    : isRetryable === "false"
    ? "never"
    : retryClassOf(type, status, attempt.attempt);
  return {
    retryClass,
    code: type ?? `http_${status}`,
    message,
    raw,
    ...waitTold({ headers, message }, retryClass),
  };
}
