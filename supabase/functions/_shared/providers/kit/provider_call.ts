/** HTTP to a provider: what every provider's file does the same way. What an answer means is the file's own affair. */
import type { z } from "zod";
import { tryParseJson } from "../../http/json.ts";
import { redact } from "../../http/redact.ts";
import type { WorkItem } from "../../engine/work_item.ts";
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

/** How long `Retry-After` asks to wait (RFC 9110 §10.2.3: seconds, or a date), as a part of a failure; empty without one. */
export function retryAfter(headers: Headers): { retryAfterMs?: number } {
  const value = headers.get("retry-after");
  if (!value) return {};
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return ms > 0 ? { retryAfterMs: ms } : {};
}

/** An answer that is not of the documented shape. After a submit it leaves open whether there is a task. */
export function malformedAnswer(message: string, raw: unknown, isAmbiguous = false): ProviderError {
  return new ProviderError({ retryClass: "backoff", code: "malformed_answer", message, raw }, isAmbiguous);
}

/** The account's API key. Throws ProviderError of class pause when the Vault has none. */
export function apiKeyOf({ account }: WorkItem): string {
  if (account.api_key) return account.api_key;
  const message = `The Vault has no API key for account ${account.name}`;
  throw new ProviderError({ retryClass: "pause", code: "secret_missing", message });
}

/** The settings of the work's tool. Throws ProviderError of class never that names what they lack. */
export function settingsOf<Schema extends z.ZodType>(schema: Schema, work: WorkItem): z.infer<Schema> {
  const parsed = schema.safeParse(work.tool_settings);
  if (parsed.success) return parsed.data;
  const lacking = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  const message = `The settings of tool ${work.job.tool} lack ${lacking}`;
  throw new ProviderError({ retryClass: "never", code: "tool_misconfigured", message });
}
