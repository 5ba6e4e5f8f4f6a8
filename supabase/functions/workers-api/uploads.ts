/** `POST /workers-api/uploads`: a place for a result, in the folder of its job. */
import type { Context } from "hono";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import {
  RESULT_TYPES,
  resultUploadRequest,
  type ResultUploadResponse,
} from "../../../shared/requests/requests_workers.ts";
import { fileKey } from "../../../shared/words/file_keys.ts";
import { isTerminal } from "../../../shared/words/statuses.ts";
import { admin, unwrap } from "../_shared/engine/database.ts";
import { MAX_OUTPUT_BYTES } from "../_shared/files/output_error.ts";
import { readBody } from "../_shared/http/request.ts";
import { toldOutside } from "../_shared/runtime/env.ts";
import { claimed } from "./pull_rpc.ts";
import { folderOf } from "./results.ts";

/**
 * Answers 201 with `{path, signedUrl}`, good for two hours. Attempts have names of their own: a worker that has lost
 * its job overwrites nothing of the next one's.
 * Errors: 401, 409 stale_token or job_ended, 413 file_too_large, 422 invalid_input.
 */
export async function createResultUpload(context: Context): Promise<Response> {
  const request = await readBody(context, resultUploadRequest);
  if (request.size > MAX_OUTPUT_BYTES) {
    const message = `The file has ${request.size} bytes; at most ${MAX_OUTPUT_BYTES} are taken.`;
    throw new EsteiraError("file_too_large", message, { field: "size", limit: MAX_OUTPUT_BYTES });
  }
  const attempt = await claimed(request);
  if (isTerminal(attempt.status)) {
    throw new EsteiraError("job_ended", `The job is ${attempt.status}.`, { status: attempt.status });
  }
  const name = request.name ?? `${crypto.randomUUID()}.${RESULT_TYPES[request.contentType]}`;
  const path = fileKey("outputs", `${folderOf(request.jobId, attempt)}${attempt.attempt}-${name}`);
  const upload = unwrap(
    await admin().storage.from("outputs").createSignedUploadUrl(path, { upsert: true }),
  );
  return context.json(
    { path, signedUrl: toldOutside(upload?.signedUrl ?? "") } satisfies ResultUploadResponse,
    201,
  );
}
