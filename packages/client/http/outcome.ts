/** What became of one try of a call, and whether another one may help. */
import { messageOf } from "../api/message_of.ts";
import { EsteiraError } from "../../../shared/errors/errors.ts";

/**
 * - `unreached`: nobody knows what became of it, or it never came there: the network, a time-out, a portal's page.
 * - `passing`: the server says that it cannot just now, or that it was too much.
 * - `final`: the answer will be the same tomorrow.
 */
export type Trouble = "unreached" | "passing" | "final";

export interface Failure {
  readonly trouble: Trouble;
  readonly error: EsteiraError;
  /** How long the server wants to be left alone, in ms; null where it has not said. */
  readonly retryAfterMs: number | null;
}

/** What a function answered with, as `supabase.functions.invoke` gives it. */
export interface Invoked {
  readonly data: unknown;
  readonly error: unknown;
  readonly response?: Response;
}

/** An error of the client's own, or one that a newer server has and this client does not know. */
export function toError(
  code: string,
  message: string,
  details: Record<string, unknown> = {},
  status = 0,
): EsteiraError {
  return new EsteiraError(code as EsteiraError["code"], message, details, status);
}

/** The answer of the server as far as there is one: of a success and of an error. */
export function responseOf({ error, response }: Invoked): Response | undefined {
  if (response) return response;
  const context = (error as { context?: unknown } | null)?.context;
  return isResponse(context) ? context : undefined;
}

const isResponse = (value: unknown): value is Response =>
  typeof value === "object" && value !== null && "status" in value && "headers" in value;

/** Reads an answer that is no success. @param now the server's clock */
export async function failureOf(invoked: Invoked, now: number): Promise<Failure> {
  const response = responseOf(invoked);
  if (!response) return noAnswer(invoked.error);
  const text = await response.text().catch(() => "");
  const { code, message, details } = bodyOf(text);
  const error = toError(
    code ?? codeOfStatus(response.status),
    message ?? `HTTP ${response.status}: ${text.slice(0, 200)}`,
    details,
    response.status,
  );
  return {
    trouble: troubleOf(response.status, code),
    error,
    retryAfterMs: retryAfter(response, details, now),
  };
}

/** An answer of 2xx that is not JSON, as a portal in a hotel gives it: it came from somebody else. */
export const notJson = (): Failure => ({
  trouble: "unreached",
  retryAfterMs: null,
  error: toError("malformed_answer", "The answer was no JSON."),
});

function noAnswer(error: unknown): Failure {
  const cause = (error as { context?: unknown } | null)?.context ?? error;
  const message = messageOf(cause);
  const isOfBody = error instanceof SyntaxError;
  return {
    trouble: "unreached",
    error: toError(isOfBody ? "malformed_answer" : "network", message),
    retryAfterMs: null,
  };
}

function bodyOf(text: string): { code?: string; message?: string; details?: Record<string, unknown> } {
  try {
    const error = JSON.parse(text)?.error;
    if (typeof error?.code !== "string") return {};
    const isDetails = typeof error.details === "object" && error.details !== null;
    return { code: error.code, message: String(error.message), details: isDetails ? error.details : {} };
  } catch {
    return {};
  }
}

/** What the platform's gateway refuses has no code of ours. */
function codeOfStatus(status: number): string {
  if (status === 401) return "unauthenticated";
  if (status === 429) return "too_many_requests";
  return "platform_error";
}

function troubleOf(status: number, code: string | undefined): Trouble {
  if (code === "misconfigured" || code === "too_many_waiting" || code === "too_many_refunds") return "final";
  return status >= 500 || status === 408 || status === 425 || status === 429 ? "passing" : "final";
}

function retryAfter(
  response: Response,
  details: Record<string, unknown> | undefined,
  now: number,
): number | null {
  const header = response.headers.get("retry-after");
  const seconds = Number(header);
  if (header && seconds >= 0) return seconds * 1000;
  const at = Date.parse(header ?? "") || Date.parse(String(details?.retryAt ?? ""));
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
