/** Failures that every provider tells the same way. */
import type { ClassifiedFailure } from "../../engine/failure.ts";
import { ProviderError } from "../provider.ts";
import type { ProviderAnswer } from "./provider_call.ts";

/** What an HTTP error says: its status for a code unless the provider has one of its own, and how long to wait. */
export function httpFailure(
  { status, headers, raw }: ProviderAnswer,
  { retryClass, message, code = `http_${status}` }: Pick<ClassifiedFailure, "retryClass" | "message"> & {
    code?: string;
  },
): ClassifiedFailure {
  return { retryClass, code, message, raw, ...retryAfter(headers) };
}

/** How long `Retry-After` asks to wait (RFC 9110 §10.2.3: seconds, or a date), as a part of a failure; empty without one. */
export function retryAfter(headers: Headers): { retryAfterMs?: number } {
  const value = headers.get("retry-after");
  if (!value) return {};
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return ms > 0 ? { retryAfterMs: ms } : {};
}

/** An answer that is not of the documented shape. After a submit it leaves open whether there is a task. */
export function malformedAnswer(message: string, raw: unknown, isAmbiguous = false): ProviderError {
  return new ProviderError({ retryClass: "backoff", code: "malformed_answer", message, raw }, {
    isAmbiguous,
  });
}
