/** Files that users brought: the bucket `inputs`. */
import { StorageApiError } from "@supabase/supabase-js";
import { isFileOf } from "../../../../shared/words/file_keys.ts";
import { admin, unwrap } from "../engine/database.ts";
import { ClassifiedError } from "../engine/failure.ts";
import { toldOutside } from "../runtime/env.ts";

// It has to outlive the provider's own queue and its download.
const SIGNED_URL_SECONDS = 6 * 60 * 60;

/** A file of the user's input, opened for reading. */
export interface InputFile {
  stream: ReadableStream<Uint8Array>;
  name: string;
  contentType: string;
  bytes: number;
}

/**
 * Opens a user's file in the bucket `inputs`. Throws ClassifiedError of class never when it is gone (it will not come back)
 * and for what is no path of a file of theirs.
 */
export async function openInput(userId: string, path: string): Promise<InputFile> {
  assertOwn(userId, path);
  const bucket = admin().storage.from("inputs");
  const { data: info, error } = await bucket.info(path);
  if (error) throw goneOr(error, path);
  const stream = unwrap(await bucket.download(path).asStream());
  return {
    stream,
    name: path.split("/").at(-1) ?? "file",
    contentType: info.contentType ?? "application/octet-stream",
    bytes: info.size ?? 0,
  };
}

/** An address at which a provider or a worker can read a user's file, for SIGNED_URL_SECONDS. Throws as openInput. */
export async function signInput(userId: string, path: string): Promise<string> {
  assertOwn(userId, path);
  const { data, error } = await admin().storage.from("inputs").createSignedUrl(path, SIGNED_URL_SECONDS);
  if (error) throw goneOr(error, path);
  return toldOutside(data.signedUrl);
}

/** Jobs that were created before paths had a grammar may name anything. */
function assertOwn(userId: string, path: string): void {
  if (isFileOf(userId, "inputs", path)) return;
  const message = `${JSON.stringify(path)} names no file of the user's in the bucket inputs`;
  throw new ClassifiedError({ retryClass: "never", code: "file_not_found", message });
}

function goneOr(error: Error, path: string): Error {
  const isGone = error instanceof StorageApiError && (error.status === 404 || error.statusCode === "404");
  if (!isGone) return error;
  const message = `The input file ${path} is no longer there`;
  return new ClassifiedError({ retryClass: "never", code: "input_gone", message });
}
