/** What is to be done about each of Astria's errors. */
import type { RetryClass } from "../../engine/failure.ts";

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
};

/** What to do about an HTTP error. */
export function retryClassOf(status: number): RetryClass {
  return RETRY_CLASSES[status] ?? "backoff";
}
