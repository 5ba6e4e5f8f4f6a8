/** Failures that every provider tells the same way. */
import type { ClassifiedFailure } from "../../engine/failure.ts";
import { ProviderError } from "../provider.ts";
import type { ProviderAnswer } from "./provider_call.ts";
import { waitTold } from "./told_wait.ts";

type Said = Pick<ClassifiedFailure, "retryClass" | "message"> & { code?: string };

/** What an HTTP error says: its status for a code unless the provider has one of its own, and how long to wait. */
export function httpFailure(
  { status, headers, raw }: ProviderAnswer,
  { retryClass, message, code = `http_${status}` }: Said,
): ClassifiedFailure {
  return { retryClass, code, message, raw, ...waitTold({ headers, raw, message }, retryClass) };
}

/** Whether a status tells of the server's own trouble, whatever was asked: such an answer is weather. */
export function isServersTrouble(status: number): boolean {
  return status >= 500 || status === 408;
}

/**
 * The error that an HTTP error is. Where it is weather the job waits, whatever class it has otherwise, and a submit may
 * have been taken all the same.
 */
export function httpError(answer: ProviderAnswer, said: Said, isSubmit = false): ProviderError {
  const isUnreachable = isServersTrouble(answer.status);
  const failure = httpFailure(answer, isUnreachable ? { ...said, retryClass: "wait" } : said);
  return new ProviderError(failure, { isAmbiguous: isSubmit && isUnreachable, isUnreachable });
}

// The key, the money, the address, a task that is not known or has been asked after too often.
const NOT_OF_THE_TASK: readonly number[] = [401, 402, 403, 404, 405, 407, 408, 421, 425, 426, 429];

/**
 * Whether an error is the last word on the task that was asked after: asking again would not change it. Not one that is of
 * the question rather than of the task, and not the page of a proxy.
 */
export function isLastWord({ status, body }: ProviderAnswer): boolean {
  const isRefusal = status >= 400 && status < 500 && !NOT_OF_THE_TASK.includes(status);
  return isRefusal && typeof body === "object" && body !== null;
}

/** An answer that is not of the documented shape. After a submit it leaves open whether there is a task. */
export function malformedAnswer(message: string, raw: unknown, isAmbiguous = false): ProviderError {
  return new ProviderError({ retryClass: "backoff", code: "malformed_answer", message, raw }, {
    isAmbiguous,
  });
}
