/** Requests that got no answer, whoever was asked: what is known of how they were lost. */

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
export interface Waited {
  /** Its own time was over. */
  isTimedOut: boolean;
  /** Whoever sent it gave it up. Where that was for the time it took (`AbortSignal.timeout`), its time was over as well. */
  givenUp: AbortSignal | undefined;
}

/** How a request was lost. */
export interface LostRequest {
  /** A sentence without addresses. */
  message: string;
  /** No connection was made, so nothing of it has left. */
  isNeverSent: boolean;
  /** It is weather, rather than that we gave up ourselves. */
  isUnreachable: boolean;
  /** The address has a port that is never called: a mistake in the settings. */
  isBlockedPort: boolean;
  /** With addresses: for the log alone. */
  cause: string;
}

/** How a request was lost that `fetch` rejected, or whose answer broke off. `who`: who was asked, as a sentence names it. */
export function lostRequest(
  error: unknown,
  who: "provider" | "platform",
  { isTimedOut, givenUp }: Waited,
): LostRequest {
  const cause = error instanceof Error
    ? [error.message, error.cause].filter(Boolean).join(": ")
    : String(error);
  const isGivenUp = givenUp?.aborted === true &&
    (givenUp.reason as Error | undefined)?.name !== "TimeoutError";
  const isLate = isTimedOut || givenUp?.aborted === true;
  const isNeverSent = error instanceof TypeError && cause.includes(NEVER_CONNECTED);
  const message = isNeverSent
    ? `The ${who} could not be reached: ${
      WHY.find(([sign]) => sign.test(cause))?.[1] ?? "no secure connection"
    }`
    : isLate
    ? `The ${who} did not answer in time`
    : `The connection to the ${who} broke off`;
  return {
    message,
    isNeverSent,
    isUnreachable: isTimedOut || !isGivenUp,
    isBlockedPort: BLOCKED_PORT.test(cause),
    cause,
  };
}
