/** The HTTP response to a request that succeeded. */
import { z } from "zod";
import type { Plan } from "./plan.ts";
import type { ApiRequest } from "./request.ts";
import { badResponseHeaders, badResponseStatus } from "./rest_error.ts";
import type { ResultRow } from "./result_statement.ts";

const headerList = z.array(
  z.record(z.string(), z.string()).refine((header) => Object.keys(header).length === 1),
);

/**
 * Renders the answer. Functions override the status by `set_config('response.status', …)` and add headers by
 * `set_config('response.headers', '[{"name": "value"}]', true)`.
 * @throws RestError PGRST103, PGRST111 or PGRST112.
 */
export function toResponse(request: ApiRequest, plan: Plan, row: ResultRow, schemas: string[]): Response {
  const answer = plan.answer(row);
  const status = row.status === null ? answer.status : chosenStatus(row.status);
  const headers = new Headers(answer.headers);
  if (answer.body !== null || request.method === "HEAD") {
    headers.set("content-type", request.media.contentType);
    if (schemas.length > 1) headers.set("content-profile", request.target.schema);
  }
  const chosen = row.headers === null ? [] : chosenHeaders(row.headers);
  for (const [name] of chosen) headers.delete(name);
  for (const [name, value] of chosen) headers.append(name, value);
  const mayHaveBody = request.method !== "HEAD" && ![204, 205, 304].includes(status);
  return new Response(mayHaveBody ? answer.body : null, { status, headers });
}

function chosenStatus(text: string): number {
  const status = Number(text);
  if (!Number.isInteger(status) || status < 200 || status > 599) throw badResponseStatus();
  return status;
}

function chosenHeaders(text: string): [string, string][] {
  try {
    return headerList.parse(JSON.parse(text)).flatMap((header) => Object.entries(header));
  } catch {
    throw badResponseHeaders();
  }
}
