/** HTTP to a platform: what is the same for all. What an answer means is each platform's own affair. */
import { tryParseJson } from "../../text/json.ts";
import type { PlatformApp } from "../platform.ts";
import { misconfigured } from "./misconfigured.ts";
import { noAnswer, notSent } from "./no_answer.ts";
import { keptAnswer } from "./without_tokens.ts";

const CALL_TIMEOUT_MS = 30_000;

/** One request. */
export interface PlatformCall {
  url: string;
  /** Default: POST with a body, GET without. */
  method?: "GET" | "POST" | "PUT" | "DELETE";
  headers?: Record<string, string>;
  /** Added to the address; what is undefined is left out. */
  query?: Record<string, string | number | undefined>;
  /** At most one of these. Sent as JSON; */
  json?: unknown;
  /** as a form; what is undefined is left out; */
  form?: Record<string, string | undefined>;
  /** as multipart/form-data; */
  multipart?: Record<string, string | File>;
  /** or as it is, under `content-type` of `headers`. A blob where it is large: it is not copied once more to be sent. */
  body?: Uint8Array<ArrayBuffer> | Blob;
  timeoutMs?: number;
  /** It makes a post visible: an error after it was sent leaves open whether one is there now. */
  isCommit?: boolean;
  /** Tokens, codes and keys that it is made with: wherever the answer repeats them they are taken out. */
  secrets?: readonly (string | null | undefined)[];
}

/** A request that is built and can be sent, once. */
export interface PreparedCall {
  /** Sends it. Throws PlatformError as noAnswer makes it. `signal`: gives it up before its time is over. */
  send(signal?: AbortSignal): Promise<PlatformAnswer>;
}

/** An answer, whatever its status. */
export interface PlatformAnswer {
  status: number;
  headers: Headers;
  /** Parsed as JSON with every digit of its ids; undefined when it is not JSON. Tokens are in it: to be read, never kept. */
  body: unknown;
  /** The body, fit to be stored: without tokens, and cut. */
  raw: unknown;
}

/** Builds a request. Throws PlatformError `misconfigured` when it could not be sent. */
export function prepareCall(app: PlatformApp, call: PlatformCall): PreparedCall {
  const { isCommit = false, timeoutMs = CALL_TIMEOUT_MS } = call;
  const request = requestOf(app, call);
  return {
    send: async (signal) => {
      if (signal?.aborted) throw notSent();
      const limit = AbortSignal.timeout(timeoutMs);
      try {
        const response = await fetch(request, { signal: signal ? AbortSignal.any([signal, limit]) : limit });
        return answerOf(app, call, response, await response.text());
      } catch (error) {
        throw noAnswer(error, { isCommit, isTimedOut: limit.aborted, givenUp: signal });
      }
    },
  };
}

/** Sends a request. Throws PlatformError as prepareCall and its `send`. */
export async function callPlatform(
  app: PlatformApp,
  call: PlatformCall,
  signal?: AbortSignal,
): Promise<PlatformAnswer> {
  return await prepareCall(app, call).send(signal);
}

/** The request that a call is. Throws PlatformError `misconfigured` when it could not be sent. */
export function requestOf({ platform }: PlatformApp, call: PlatformCall): Request {
  const url = URL.canParse(call.url) ? new URL(call.url) : null;
  // Others are not HTTP, and file: would even be answered.
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw misconfigured(`An address in the settings of platform ${platform} makes no http or https address`);
  }
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const body = bodyOf(call);
  const type: Record<string, string> = call.json === undefined ? {} : { "content-type": "application/json" };
  try {
    return new Request(url, {
      method: call.method ?? (body === null ? "GET" : "POST"),
      headers: { ...type, ...call.headers },
      body,
      // Followed, a redirect would make a GET of a POST, and of a commit nobody knows what.
      redirect: "manual",
    });
  } catch (cause) {
    throw misconfigured(`No request can be made with the settings of platform ${platform}`, cause);
  }
}

function bodyOf({ json, form, multipart, body }: PlatformCall): BodyInit | null {
  if (json !== undefined) return JSON.stringify(json);
  if (form !== undefined) {
    const given = Object.entries(form).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]);
    return new URLSearchParams(given);
  }
  if (multipart === undefined) return body ?? null;
  const data = new FormData();
  for (const [name, part] of Object.entries(multipart)) data.set(name, part);
  return data;
}

function answerOf(
  app: PlatformApp,
  call: PlatformCall,
  { status, headers }: Pick<Response, "status" | "headers">,
  text: string,
): PlatformAnswer {
  const body = tryParseJson(text);
  return { status, headers, body, raw: keptAnswer(body ?? text, [app.clientSecret, ...call.secrets ?? []]) };
}
