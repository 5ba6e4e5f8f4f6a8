/** `POST /workers-api/complete` and `/fail`: how an attempt ended. Both may be sent again when the answer was lost. */
import type { Context } from "hono";
import {
  completeRequest,
  type CompleteResponse,
  failRequest,
  type FailResponse,
} from "../../../shared/requests/requests_workers.ts";
import { isTerminal } from "../../../shared/words/statuses.ts";
import { fileUrl } from "../_shared/files/outputs.ts";
import { readBody } from "../_shared/http/request.ts";
import { attemptFailed, claimed, complete } from "./pull_rpc.ts";
import { refused, updated } from "./refused.ts";
import { resultFiles } from "./results.ts";

/** What a worker says is evidence, kept whatever it holds (engine.ts redacts it). */
const REDACTED = { willBeRedacted: true } as const;

/**
 * Answers 200 with `{verdict}`. Errors, none of which ends the attempt: 401, 409 stale_token, 413 file_too_large,
 * 415 unsupported_file_type, 422 invalid_input, file_not_found, refused_address or output_unavailable.
 */
export async function completeJob(context: Context): Promise<Response> {
  const { jobId, token, output, files } = await readBody(context, completeRequest, REDACTED);
  const attempt = await claimed({ jobId, token }).catch(refused(jobId, { as: "completed" }));
  // A job that has ended takes no more files; what its worker said is kept all the same.
  const stored = isTerminal(attempt.status) ? [] : await resultFiles(jobId, attempt, files);
  const outputUrl = stored[0] ? fileUrl(stored[0]) : null;
  const verdict = await complete({ jobId, token }, {
    output: { files: stored, ...output === undefined ? {} : { data: output } },
    outputUrl,
    raw: { output, files },
  });
  updated(jobId, verdict, { outputUrl, attempt: attempt.attempt });
  return context.json({ verdict } satisfies CompleteResponse);
}

/** Answers 200 with `{verdict}`. Errors: 401, 409 stale_token, 422 invalid_input. */
export async function failJob(context: Context): Promise<Response> {
  const { jobId, token, retryAfterSeconds, ...failure } = await readBody(context, failRequest, REDACTED);
  const attempt = await claimed({ jobId, token }).catch(refused(jobId, { as: "failed" }));
  const verdict = await attemptFailed({ jobId, token }, {
    ...failure,
    ...retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1000 },
  });
  updated(jobId, verdict, { error_code: failure.code, error: failure.message, attempt: attempt.attempt });
  return context.json({ verdict } satisfies FailResponse);
}
