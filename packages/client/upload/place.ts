/** Where a file goes: the answer of `POST /jobs/uploads`, and what follows from it. */
import { toError } from "../http/outcome.ts";

/** What the functions are asked for. */
export interface Wish {
  /** Left out: any. */
  readonly tool?: string;
  readonly field: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
}

export interface Place {
  readonly bucket: string;
  /** `<user>/<name>`: what a job's input names. */
  readonly path: string;
  /** Whoever has it may write that one path, for two hours. */
  readonly token: string;
  /** Where one PUT takes the whole file. */
  readonly signedUrl: string;
}

/** Calls a function; `Http` is one. */
export interface Asks {
  call(call: {
    method: "POST";
    path: string;
    body: Record<string, unknown>;
    signal: AbortSignal;
    isRepeatable: boolean;
  }): Promise<{ readonly body: unknown }>;
}

/**
 * Asks for a place. Asked again after no answer, the first place is never used.
 * @throws EsteiraError `file_too_large`, `unsupported_file_type`, `unknown_tool`, …; `signal.reason`
 */
export async function askForPlace(http: Asks, wish: Wish, signal: AbortSignal): Promise<Place> {
  const { body } = await http.call({
    method: "POST",
    path: "jobs/uploads",
    body: { ...wish },
    signal,
    isRepeatable: true,
  });
  if (!isPlace(body)) throw toError("malformed_answer", "The answer names no place for the file.");
  return body;
}

function isPlace(body: unknown): body is Place {
  if (typeof body !== "object" || body === null) return false;
  const fields: Record<string, unknown> = { ...body };
  return ["bucket", "path", "token", "signedUrl"].every((name) => typeof fields[name] === "string");
}

/**
 * Where an upload in pieces begins. Hosted projects have a host of its own for that, which takes large bodies faster.
 * @param signedUrl `…/storage/v1/object/upload/sign/<bucket>/<path>?token=…`
 */
export function resumableEndpoint(signedUrl: string): string {
  const url = new URL(signedUrl);
  url.hostname = url.hostname.replace(/^([a-z0-9]+)\.(supabase\.(?:co|in|red))$/, "$1.storage.$2");
  const path = url.pathname.replace(/\/object\/upload\/sign\/.*$/, "/upload/resumable/sign");
  return `${url.origin}${path}`;
}

/** Until when a token is good, in milliseconds since 1970; null where it does not say. */
export function expiryOf(token: string): number | null {
  try {
    const [, claims = ""] = token.split(".");
    const { exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof exp === "number" ? exp * 1000 : null;
  } catch {
    return null;
  }
}
