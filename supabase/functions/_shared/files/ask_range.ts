/** Asking Storage for a part of a file, with the secret key. What its answer means is for who asks. */
import { resolveEnv } from "@supabase/server/core";
import { type Bucket, fileKey } from "../../../../shared/words/file_keys.ts";
import { projectUrl } from "../runtime/env.ts";

/** Asks for the bytes from one place to another, `to` not included. Rejects as fetch does, after `ms` at the latest. */
export async function askRange(
  { bucket, key, from, to }: { bucket: Bucket; key: string; from: number; to: number },
  ms: number,
  signal?: AbortSignal,
): Promise<Response> {
  const apikey = resolveEnv().data?.secretKeys.default ?? "";
  const limit = AbortSignal.timeout(ms);
  return await fetch(`${projectUrl()}/storage/v1/object/authenticated/${bucket}/${fileKey(bucket, key)}`, {
    headers: {
      apikey,
      authorization: `Bearer ${apikey}`,
      range: `bytes=${from}-${to - 1}`,
      // What is compressed on the way has other places.
      "accept-encoding": "identity",
    },
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  });
}

/** Whether an answer has the very part that was asked for. */
export function isPart({ status, headers }: Response, from: number, to: number): boolean {
  return status === 206 && headers.get("content-range")?.startsWith(`bytes ${from}-${to - 1}/`) === true;
}
