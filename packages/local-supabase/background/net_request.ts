/**
 * One HTTP request of pg_net, performed with `fetch`, and the response row it becomes. Messages are libcurl's, as in
 * the original. Source: github.com/supabase/pg_net, src/core.c and src/errors.c.
 */

/** A row of `net.http_request_queue`. */
export interface NetRequest {
  id: string;
  method: string;
  url: string;
  headers: Record<string, unknown> | null;
  body: Uint8Array | null;
  /** Zero or less: no timeout. */
  timeout_milliseconds: number;
}

/** A row of `net._http_response`, without its `created`. */
export interface NetResponse {
  id: string;
  status_code: number | null;
  content_type: string | null;
  headers: Record<string, string> | null;
  /** null for an empty body. */
  content: string | null;
  timed_out: boolean;
  error_msg: string | null;
}

/**
 * Performs `request`, following redirects. A failure or a timeout is a response too.
 * @throws the reason of `signal` when that aborts.
 */
export async function performRequest(request: NetRequest, signal: AbortSignal): Promise<NetResponse> {
  const started = performance.now();
  const timeout = new AbortController();
  const timer = request.timeout_milliseconds > 0
    ? setTimeout(() => timeout.abort(), request.timeout_milliseconds)
    : undefined;
  const failed = { id: request.id, status_code: null, content_type: null, headers: null, content: null };
  try {
    const response = await fetch(request.url, {
      method: request.method.toUpperCase(),
      headers: { ...headersOf(request), "User-Agent": "pg_net/0.20.4" },
      body: request.body as Uint8Array<ArrayBuffer> | null,
      signal: AbortSignal.any([signal, timeout.signal]),
    });
    const content = cString(await response.text());
    return {
      id: request.id,
      status_code: response.status,
      content_type: response.headers.get("content-type"),
      headers: Object.fromEntries(response.headers),
      content: content || null,
      timed_out: false,
      error_msg: null,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!timeout.signal.aborted) return { ...failed, timed_out: false, error_msg: describeFailure(error) };
    const total = performance.now() - started;
    return { ...failed, timed_out: true, error_msg: describeTimeout(request.timeout_milliseconds, total) };
  } finally {
    clearTimeout(timer);
  }
}

function headersOf({ headers }: NetRequest): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]));
}

/** PostgreSQL's text cannot hold a NUL; the original stops at the first one. */
function cString(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** `fetch` does not tell how long each phase took, so all of it counts as the request. */
function describeTimeout(limit: number, total: number): string {
  return `Timeout of ${limit} ms reached. Total time: ${total.toFixed(6)} ms (DNS time: 0.000000 ms, ` +
    `TCP/SSL handshake time: 0.000000 ms, HTTP Request/Response time: ${total.toFixed(6)} ms)`;
}

function describeFailure(error: unknown): string {
  // The cause says what "fetch failed" does not.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/dns error|failed to lookup/i.test(message)) return "Couldn't resolve host name";
  if (/tcp connect error|connection refused/i.test(message)) return "Couldn't connect to server";
  return message;
}
