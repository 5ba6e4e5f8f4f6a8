/** Requests whose answer is the result: it is handed over as it begins, and its body comes while it is read. */
import type { WorkItem } from "../../engine/work_item.ts";
import { ProviderError } from "../provider.ts";
import { noAnswer, notSent } from "./no_answer.ts";
import { answerOf, type ProviderAnswer, type ProviderCall, requestOf } from "./provider_call.ts";

/** An answer that has begun. Its body is read once, by whichever of `body` and `read`. */
export interface OpenAnswer {
  status: number;
  headers: Headers;
  /** What comes, to its end. Where the answer breaks off it errors with a ProviderError, ambiguous as a submit's. */
  body: ReadableStream<Uint8Array>;
  /** All of it, as text. Throws ProviderError as a call does. */
  read(): Promise<ProviderAnswer>;
}

/** A request that is built and can be sent, once. */
export interface PreparedOpenCall {
  /** Sends it. Throws ProviderError as noAnswer makes it. `signal`: gives it up, its body too, before its time is over. */
  open(signal: AbortSignal): Promise<OpenAnswer>;
}

/** Builds a request. Throws ProviderError `misconfigured` when it could not be sent. Its time is over when `signal` says so. */
export function prepareOpenCall(work: WorkItem, call: Omit<ProviderCall, "timeoutMs">): PreparedOpenCall {
  const { isSubmit = false } = call;
  const request = requestOf(work, call);
  return {
    async open(signal) {
      if (signal.aborted) throw notSent();
      const lost = (error: unknown) => noAnswer(error, { isSubmit, isTimedOut: false, givenUp: signal });
      const response = await fetch(request, { signal }).catch((error) => {
        throw lost(error);
      });
      const body = passing(response.body ?? new Blob([]).stream(), lost);
      const { status, headers } = response;
      return {
        status,
        headers,
        body,
        read: async () => answerOf(work, response, await new Response(body).text()),
      };
    },
  };
}

/** The same bytes, and the same end; but an error is what `lost` makes of it. */
function passing(
  body: ReadableStream<Uint8Array>,
  lost: (error: unknown) => ProviderError,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(lost(error));
      }
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
