/** The bodies that tell of a request: status, result and webhook (fal.md#queue, #webhooks, #errors). Pure. */
import { asPythonWrites } from "../kit/python_json.ts";
import type { Reading } from "../kit/task.ts";
import type { Failure } from "./failures.ts";
import type { FalTask } from "./task.ts";

/** Longer than a JavaScript number keeps, as fal's own are. */
const SEED = "196619188014358660";

/** The addresses of a request: of the app, not of the model's path. */
function addressesOf(baseUrl: string, { id, submission }: FalTask): Record<string, string> {
  const request = `${baseUrl}/${submission.app}/requests/${id}`;
  return { response_url: request, status_url: `${request}/status`, cancel_url: `${request}/cancel` };
}

/** The answer to a submission. */
export function queuedAnswer(baseUrl: string, task: FalTask): unknown {
  const ids = { request_id: task.id, gateway_request_id: task.id };
  return { status: "IN_QUEUE", ...ids, ...addressesOf(baseUrl, task), queue_position: 0 };
}

/** How a request stands. That it failed does not show here. */
export function statusOf(
  baseUrl: string,
  task: FalTask,
  { status }: Reading<Failure>,
): { status: "IN_QUEUE" | "IN_PROGRESS" | "COMPLETED" } & Record<string, unknown> {
  const addresses = { request_id: task.id, ...addressesOf(baseUrl, task) };
  if (status === "queued") return { status: "IN_QUEUE", ...addresses, queue_position: 0 };
  if (status === "running") return { status: "IN_PROGRESS", ...addresses, logs: null };
  const seconds = ((task.endedAt ?? new Date()).getTime() - task.createdAt.getTime()) / 1000;
  return { status: "COMPLETED", ...addresses, logs: null, metrics: { inference_time: seconds } };
}

/** The answer about the status. */
export function statusAnswer(baseUrl: string, task: FalTask, reading: Reading<Failure>): Response {
  const status = statusOf(baseUrl, task, reading);
  return Response.json(status, { status: status.status === "COMPLETED" ? 200 : 202 });
}

/** The answer about the result: what the model answered, its HTTP status and headers with it. */
export function resultAnswer(task: FalTask, reading: Reading<Failure>): Response {
  switch (reading.status) {
    case "succeeded": {
      const payload = task.faults.python_json ? asPythonWrites(payloadOf(reading)) : payloadOf(reading);
      return new Response(payload, { headers: { "content-type": "application/json" } });
    }
    case "failed": {
      const { status, body, retryable, errorType } = reading.failure;
      const headers: Record<string, string> = {
        ...retryable === undefined ? {} : { "x-fal-retryable": String(retryable) },
        ...errorType === undefined ? {} : { "x-fal-error-type": errorType },
      };
      return Response.json(body, { status, headers });
    }
    case "cancelled": // what is answered here is not documented
      return Response.json({ detail: "Request was cancelled" }, { status: 499 });
    default:
      return Response.json({ detail: "Request is still in progress" }, { status: 400 }); // not documented either
  }
}

/** The body of a webhook. */
export function webhookBody(task: FalTask, reading: Reading<Failure>): string {
  const { payload_error, retried_by_gateway } = task.faults;
  const ids = {
    request_id: task.id,
    gateway_request_id: retried_by_gateway ? `${task.id.slice(0, -4)}ffff` : task.id,
  };
  if (reading.status === "failed") {
    const error = `Invalid status code: ${reading.failure.status}`;
    return JSON.stringify({ ...ids, status: "ERROR", error, payload: reading.failure.body });
  }
  if (reading.status !== "succeeded") {
    return JSON.stringify({ ...ids, status: "ERROR", error: reading.status });
  }
  if (payload_error) {
    const why =
      "Response payload is not JSON serializable. Either return a JSON serializable object or use the queue " +
      "endpoint to retrieve the response.";
    return JSON.stringify({ ...ids, status: "OK", payload: null, payload_error: why });
  }
  return `${JSON.stringify({ ...ids, status: "OK" }).slice(0, -1)},"payload":${payloadOf(reading)}}`;
}

/** The result of a model, as text: its seed is a number that does not fit one. */
function payloadOf({ links }: Extract<Reading<Failure>, { status: "succeeded" }>): string {
  const files = links.map(({ url, output }) => ({
    url,
    content_type: output.type,
    file_name: output.name,
    file_size: output.bytes,
  }));
  const isFilm = files.some(({ content_type }) => content_type.startsWith("video/"));
  const result = isFilm ? { video: files[0] } : { images: files, description: "" };
  return `${JSON.stringify(result).slice(0, -1)},"seed":${SEED}}`;
}
