/** Reading a copy in the bucket `handed` by parts: exactly the bytes that were asked for, or an error. */
import { resolveEnv } from "@supabase/server/core";
import { fileKey } from "../../../../shared/words/file_keys.ts";
import { ClassifiedError } from "../engine/failure.ts";
import { projectUrl } from "../runtime/env.ts";

/** How long Storage may take for a part, in milliseconds. */
const ANSWER_MS = 60_000;

/**
 * The bytes of a copy from one place to another, `to` not included. Anything but these very bytes is an error: a part that
 * is short, or of another place, would be a damaged post.
 * @throws ClassifiedError of class never `input_gone` when there is no such copy, of class wait `storage_unavailable`
 */
export async function handedRange(
  key: string,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (from === to) return new Uint8Array();
  const response = await ask(key, from, to, signal);
  if (response.status === 400 || response.status === 404) {
    await response.body?.cancel();
    throw new ClassifiedError({
      retryClass: "never",
      code: "input_gone",
      message: "The file is not there any more",
    });
  }
  const isPart = response.status === 206 &&
    response.headers.get("content-range")?.startsWith(`bytes ${from}-${to - 1}/`) === true;
  if (!isPart) {
    await response.body?.cancel();
    throw unavailable(`Storage answered ${response.status} to a question for a part of a file`);
  }
  const bytes = await response.bytes().catch(() => null);
  if (bytes?.length !== to - from) throw unavailable("Storage broke off in the middle of a file");
  return bytes;
}

async function ask(key: string, from: number, to: number, signal?: AbortSignal): Promise<Response> {
  const apikey = resolveEnv().data?.secretKeys.default ?? "";
  const limit = AbortSignal.timeout(ANSWER_MS);
  try {
    return await fetch(`${projectUrl()}/storage/v1/object/authenticated/handed/${fileKey("handed", key)}`, {
      headers: {
        apikey,
        authorization: `Bearer ${apikey}`,
        range: `bytes=${from}-${to - 1}`,
        // What is compressed on the way has other places.
        "accept-encoding": "identity",
      },
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch {
    throw unavailable("Storage does not answer");
  }
}

function unavailable(message: string): ClassifiedError {
  return new ClassifiedError({ retryClass: "wait", code: "storage_unavailable", message });
}
