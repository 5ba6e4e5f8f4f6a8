/** HTTP to a provider: what is the same for all. What an answer means is each provider's own affair. */
import type { WorkItem } from "../../engine/work_item.ts";
import { tryParseJson } from "../../text/json.ts";
import { redact } from "../../text/redact.ts";
import { misconfigured } from "./misconfigured.ts";
import { noAnswer, notSent } from "./no_answer.ts";

const CALL_TIMEOUT_MS = 30_000;
const KEPT_TEXT_CHARACTERS = 2_000;

/** One request. */
export interface ProviderCall {
  url: string;
  /** Default: POST with a body, GET without. */
  method?: "GET" | "POST" | "PUT" | "DELETE";
  headers?: Record<string, string>;
  /** Sent as JSON; or `body`, as it is. */
  json?: unknown;
  body?: ReadableStream<Uint8Array>;
  contentType?: string;
  timeoutMs?: number;
  /** The request starts a task: an error after it was sent leaves open whether there is one now. */
  isSubmit?: boolean;
}

/** A request that is built and can be sent, once. */
export interface PreparedCall {
  /** Sends it. Throws ProviderError as noAnswer makes it. `signal`: gives it up before its time is over. */
  send(signal?: AbortSignal): Promise<ProviderAnswer>;
}

/** An answer, whatever its status. */
export interface ProviderAnswer {
  status: number;
  headers: Headers;
  /** Parsed as JSON with every digit of its ids; undefined when it is not JSON. */
  body: unknown;
  /** The body, fit to be stored: redacted, and cut where it was not JSON. */
  raw: unknown;
}

/** Builds a request. Throws ProviderError `misconfigured` when it could not be sent. */
export function prepareCall(work: WorkItem, call: ProviderCall): PreparedCall {
  const { isSubmit = false, timeoutMs = CALL_TIMEOUT_MS } = call;
  const request = requestOf(work, call);
  return {
    send: async (signal) => {
      if (signal?.aborted) throw notSent();
      const limit = AbortSignal.timeout(timeoutMs);
      try {
        const response = await fetch(request, { signal: signal ? AbortSignal.any([signal, limit]) : limit });
        return answerOf(work, response, await response.text());
      } catch (error) {
        throw noAnswer(error, { isSubmit, isTimedOut: limit.aborted, givenUp: signal });
      }
    },
  };
}

/** Sends a request. Throws ProviderError as prepareCall and its `send`. */
export async function callProvider(work: WorkItem, call: ProviderCall): Promise<ProviderAnswer> {
  return await prepareCall(work, call).send();
}

/** The request that a call is. Throws ProviderError `misconfigured` when it could not be sent. */
export function requestOf({ account }: WorkItem, call: ProviderCall): Request {
  const body = call.body ?? (call.json === undefined ? null : JSON.stringify(call.json));
  const contentType = call.contentType ?? (call.json === undefined ? null : "application/json");
  const url = URL.canParse(call.url) ? new URL(call.url) : null;
  // Others are not HTTP, and file: would even be answered.
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw misconfigured(`The base_url of account ${account.name} makes no http or https address`);
  }
  try {
    return new Request(url, {
      method: call.method ?? (body === null ? "GET" : "POST"),
      headers: { ...contentType ? { "content-type": contentType } : {}, ...call.headers },
      body,
    });
  } catch (cause) {
    throw misconfigured(`No request can be made with the settings of account ${account.name}`, cause);
  }
}

/** What an answer says. */
export function answerOf(
  work: WorkItem,
  { status, headers }: Pick<Response, "status" | "headers">,
  text: string,
): ProviderAnswer {
  const body = tryParseJson(text);
  const raw = redact(body ?? text.slice(0, KEPT_TEXT_CHARACTERS), [
    work.account.api_key,
    work.attempt.token,
  ]);
  return { status, headers, body, raw };
}
