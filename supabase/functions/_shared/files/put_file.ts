/** Storing a file that fits in memory, by one plain upload. */
import { StorageApiError } from "@supabase/supabase-js";
import { type Bucket, fileKey } from "../../../../shared/words/file_keys.ts";
import { admin } from "../engine/database.ts";
import { OutputError, unavailable } from "./output_error.ts";
import { storageError } from "./storage_call.ts";

/**
 * Puts `bytes` at `<bucket>/<path>`, replacing what is there; where Storage has trouble, `tries` times in all, each after a
 * longer pause. @throws OutputError
 */
export async function putFile(
  bucket: Bucket,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  { type, tries, pauseMs = 1000 }: { type: string; tries: number; pauseMs?: number },
): Promise<void> {
  const key = fileKey(bucket, path);
  for (let left = tries;; left--) {
    const { error } = await admin().storage.from(bucket).upload(key, bytes, {
      contentType: type,
      upsert: true,
    });
    if (!error) return;
    const refusal = refusalOf(error);
    if (left <= 1 || refusal.code !== "output_unavailable") throw refusal;
    await new Promise((resolve) => setTimeout(resolve, pauseMs * 2 ** (tries - left)));
  }
}

/** Storage says what it means in the body, under an HTTP 400; a gateway before it says it by HTTP. */
function refusalOf(error: Error): OutputError {
  if (!(error instanceof StorageApiError)) return unavailable(`Storage does not answer: ${error.message}`);
  const meant = Number(error.statusCode);
  const refusal = storageError(Number.isInteger(meant) && meant > 0 ? meant : error.status, error.message);
  return refusal instanceof OutputError ? refusal : unavailable(`Storage answered: ${error.message}`);
}
