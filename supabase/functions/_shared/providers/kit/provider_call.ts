/** HTTP to a provider: what is the same for all. What an answer means is each provider's own affair. */
import type { WorkItem } from "../../engine/work_item.ts";
import { tryParseJson } from "../../text/json.ts";
import { redact } from "../../text/redact.ts";
import { ProviderError } from "../provider.ts";

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

/** An answer, whatever its status. */
export interface ProviderAnswer {
  status: number;
  headers: Headers;
  /** Parsed as JSON with every digit of its ids; undefined when it is not JSON. */
  body: unknown;
  /** The body, fit to be stored: redacted, and cut where it was not JSON. */
  raw: unknown;
}

/** Sends a request. Throws ProviderError when there was no answer: `unreachable`, ambiguous if it may have been heard. */
export async function callProvider(work: WorkItem, call: ProviderCall): Promise<ProviderAnswer> {
  const body = call.body ?? (call.json === undefined ? null : JSON.stringify(call.json));
  const contentType = call.contentType ?? (call.json === undefined ? null : "application/json");
  let response: Response;
  let text: string;
  try {
    response = await fetch(call.url, {
      method: call.method ?? (body === null ? "GET" : "POST"),
      headers: { ...contentType ? { "content-type": contentType } : {}, ...call.headers },
      body,
      signal: AbortSignal.timeout(call.timeoutMs ?? CALL_TIMEOUT_MS),
    });
    text = await response.text();
  } catch (error) {
    const message = [(error as Error).message, (error as Error).cause].filter(Boolean).join(": ");
    // A connection that was never made carried no request. Deno has no other sign of that than these words.
    const neverSent = error instanceof TypeError && message.includes("client error (Connect)");
    throw new ProviderError(
      { retryClass: "backoff", code: "unreachable", message },
      call.isSubmit === true && !neverSent,
    );
  }
  const parsed = tryParseJson(text);
  const raw = redact(parsed ?? text.slice(0, KEPT_TEXT_CHARACTERS), [
    work.account.api_key,
    work.attempt.token,
  ]);
  return { status: response.status, headers: response.headers, body: parsed, raw };
}
