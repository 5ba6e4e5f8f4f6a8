/** A file in one of the buckets, looked into by parts with the secret key. */
import type { Bucket } from "../../../../shared/words/file_keys.ts";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { askRange, isPart } from "./ask_range.ts";
import type { MediaBytes } from "./media_bytes.ts";
import { sniff, SNIFF_BYTES } from "./sniff.ts";

/** How long Storage may take for a part, in milliseconds. */
const ANSWER_MS = 10_000;

/** The bytes of a file whose length is known. Reading them throws EsteiraError storage_unavailable. */
export function storedBytes(bucket: Bucket, key: string, bytes: number): MediaBytes {
  return {
    bytes,
    read: async (from, to, signal) => {
      const response = await ask(bucket, key, from, to, signal);
      if (!isPart(response, from, to)) throw await unexpected(response);
      return await response.bytes();
    },
  };
}

/** What a file is, by its first bytes, and its bytes; null: there is no such file. Error: 503 storage_unavailable. */
export async function lookAtStored(
  bucket: Bucket,
  key: string,
): Promise<{ type: string | null; source: MediaBytes } | null> {
  const response = await ask(bucket, key, 0, SNIFF_BYTES);
  const total = response.headers.get("content-range")?.match(/\/(\d+)$/)?.[1];
  if (response.status === 206 && total !== undefined) {
    const type = sniff(await response.bytes(), key);
    return { type, source: storedBytes(bucket, key, Number(total)) };
  }
  if (response.status === 416) {
    await response.body?.cancel();
    return { type: null, source: storedBytes(bucket, key, 0) };
  }
  if (response.status !== 400 && response.status !== 404) throw await unexpected(response);
  await response.body?.cancel();
  return null;
}

async function ask(
  bucket: Bucket,
  key: string,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<Response> {
  try {
    return await askRange({ bucket, key, from, to }, ANSWER_MS, signal);
  } catch {
    throw new EsteiraError("storage_unavailable", "Storage does not answer");
  }
}

async function unexpected(response: Response): Promise<EsteiraError> {
  await response.body?.cancel();
  const message = `Storage answered ${response.status} to a question for a part of a file`;
  return new EsteiraError("storage_unavailable", message);
}
