/** Requests that got no answer: what that says of the task, and of the provider. */
import { ProviderError } from "../provider.ts";
import { misconfigured } from "./misconfigured.ts";

// Deno's words for a connection that was never made (refused, no such host, no TLS): it carried no request. There is no
// other sign of that.
const NEVER_CONNECTED = "client error (Connect)";
// And those for ports that no browser calls either (Fetch, "bad port").
const BLOCKED_PORT = /^Fetch failed: Requests to port \d+ are blocked/;

// Why none was made; what is left is TLS.
const WHY = [
  [/refused/i, "it refused the connection"],
  [/\bdns\b/i, "its name has no address"],
  [/unreachable|no route/i, "the network does not lead there"],
  [/timed? ?out/i, "the connection took too long"],
] as const;

/** What is known of a request that failed. */
export interface Failed {
  isSubmit: boolean;
  /** Its own time was over. */
  isTimedOut: boolean;
  /** Whoever sent it gave it up. Where that was for the time it took (`AbortSignal.timeout`), its time was over as well. */
  givenUp: AbortSignal | undefined;
}

/**
 * The error of a request that `fetch` rejected, or whose answer broke off. It is weather, unless we gave up ourselves.
 * A submit is in doubt unless nothing of it was sent. Addresses are for the log alone, as the error's cause.
 */
export function noAnswer(error: unknown, { isSubmit, isTimedOut, givenUp }: Failed): ProviderError {
  const cause = error instanceof Error
    ? [error.message, error.cause].filter(Boolean).join(": ")
    : String(error);
  if (BLOCKED_PORT.test(cause)) {
    return misconfigured("The base_url of the account has a port that is never called", cause);
  }
  const isGivenUp = givenUp?.aborted === true &&
    (givenUp.reason as Error | undefined)?.name !== "TimeoutError";
  const isLate = isTimedOut || givenUp?.aborted === true;
  const neverSent = error instanceof TypeError && cause.includes(NEVER_CONNECTED);
  const message = neverSent
    ? `The provider could not be reached: ${
      WHY.find(([sign]) => sign.test(cause))?.[1] ?? "no secure connection"
    }`
    : isLate
    ? "The provider did not answer in time"
    : "The connection to the provider broke off";
  return new ProviderError(
    { retryClass: "wait", code: "unreachable", message },
    { isAmbiguous: isSubmit && !neverSent, isUnreachable: isTimedOut || !isGivenUp, cause },
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
