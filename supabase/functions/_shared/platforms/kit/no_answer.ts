/** Requests that got no answer: what that says of a commit, and of the platform. */
import { lostRequest, type Waited } from "../../providers/kit/lost_request.ts";
import { PlatformError } from "../platform.ts";
import { misconfigured } from "./misconfigured.ts";

/** What is known of a request that failed. */
export interface Failed extends Waited {
  isCommit: boolean;
}

/**
 * The error of a request that `fetch` rejected, or whose answer broke off. It is weather, unless we gave up ourselves.
 * A commit is in doubt unless nothing of it was sent. Addresses are for the log alone, as the error's cause.
 */
export function noAnswer(error: unknown, { isCommit, ...waited }: Failed): PlatformError {
  const lost = lostRequest(error, "platform", waited);
  if (lost.isBlockedPort) {
    return misconfigured("An address in the platform's settings has a port that is never called", lost.cause);
  }
  const isAmbiguous = isCommit && !lost.isNeverSent;
  return new PlatformError(
    {
      class: isAmbiguous ? "unknown" : "wait",
      scope: "publication",
      code: "unreachable",
      message: lost.message,
    },
    { isAmbiguous, isUnreachable: lost.isUnreachable, cause: lost.cause },
  );
}

/** The error of a request that was given up before it was sent: nothing is in doubt, and it says nothing of the platform. */
export function notSent(): PlatformError {
  const message = "There was no time left to ask";
  return new PlatformError({ class: "wait", scope: "publication", code: "unreachable", message });
}
