/** Requests that got no answer: what that says of the task, and of the provider. */
import { ProviderError } from "../provider.ts";
import { lostRequest, type Waited } from "./lost_request.ts";
import { misconfigured } from "./misconfigured.ts";

/** What is known of a request that failed. */
export interface Failed extends Waited {
  isSubmit: boolean;
}

/**
 * The error of a request that `fetch` rejected, or whose answer broke off. It is weather, unless we gave up ourselves.
 * A submit is in doubt unless nothing of it was sent. Addresses are for the log alone, as the error's cause.
 */
export function noAnswer(error: unknown, { isSubmit, ...waited }: Failed): ProviderError {
  const { message, isNeverSent, isUnreachable, isBlockedPort, cause } = lostRequest(
    error,
    "provider",
    waited,
  );
  if (isBlockedPort) {
    return misconfigured("The base_url of the account has a port that is never called", cause);
  }
  return new ProviderError(
    { retryClass: "wait", code: "unreachable", message },
    { isAmbiguous: isSubmit && !isNeverSent, isUnreachable, cause },
  );
}

/** The error of a request that was given up before it was sent: nothing is in doubt, and it says nothing of the provider. */
export function notSent(): ProviderError {
  return new ProviderError({
    retryClass: "wait",
    code: "unreachable",
    message: "There was no time left to ask",
  });
}
