/** Storage where supabase-js has no words for it: resumable uploads. */
import { resolveEnv } from "@supabase/server/core";
import { projectUrl } from "../runtime/env.ts";
import { OutputError, unavailable } from "./output_error.ts";

/** How long Storage may take for an answer, in milliseconds; a piece of a file is sent within it. */
const ANSWER_MS = 60_000;

/** An upload that was begun is known no more: it has expired, or was given up. */
export class UploadGone extends Error {
  override readonly name = "UploadGone";
}

/** Somebody else adds to the same upload. */
export class UploadTaken extends Error {
  override readonly name = "UploadTaken";
}

/** Sends a request to `/storage/v1/upload/resumable<place>` as the service. @throws OutputError output_unavailable when there is no answer */
export async function callUploads(
  method: "POST" | "HEAD" | "PATCH" | "DELETE",
  place: string,
  headers: Record<string, string>,
  body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
): Promise<Response> {
  const key = resolveEnv().data?.secretKeys.default ?? "";
  try {
    return await fetch(`${projectUrl()}/storage/v1/upload/resumable${place}`, {
      method,
      headers: {
        apikey: key,
        authorization: `Bearer ${key}`,
        "tus-resumable": "1.0.0",
        // What an earlier attempt to copy the same has left is replaced; Storage wants to hear it each time.
        "x-upsert": "true",
        ...headers,
      },
      ...body ? { body } : {},
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  } catch {
    throw unavailable("Storage does not answer");
  }
}

/** The error of an answer of Storage that is not what was hoped for. */
export async function uploadError(response: Response): Promise<Error> {
  const text = await response.text().catch(() => "");
  return storageError(response.status, text.trim());
}

/** What an error of Storage comes to. What it will say again tomorrow is final; its own troubles pass. */
export function storageError(status: number, message: string): Error {
  switch (status) {
    case 404:
    case 410:
      return new UploadGone(message);
    case 409:
      return new UploadTaken(message);
    case 413:
      return new OutputError("output_too_large", "The result is larger than Storage takes");
    case 415:
      return new OutputError("output_wrong_type", "The result is of a type that Storage does not take");
    default:
      return unavailable(`Storage answered ${status}: ${message.slice(0, 200)}`);
  }
}
