/** Files that users brought: the bucket `inputs`. */
import { StorageApiError } from "@supabase/supabase-js";
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

/** Opens a file of the bucket `inputs`. Throws ClassifiedError of class never when it is gone: it will not come back. */
export async function openInput(path: string): Promise<InputFile> {
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

/**
 * An address at which a provider or a worker can read a file of the bucket `inputs`, for SIGNED_URL_SECONDS. Throws as openInput.
 */
export async function signInput(path: string): Promise<string> {
  const { data, error } = await admin().storage.from("inputs").createSignedUrl(path, SIGNED_URL_SECONDS);
  if (error) throw goneOr(error, path);
  return toldOutside(data.signedUrl);
}

function goneOr(error: Error, path: string): Error {
  const isGone = error instanceof StorageApiError && (error.status === 404 || error.statusCode === "404");
  if (!isGone) return error;
  const message = `The input file ${path} is no longer there`;
  return new ClassifiedError({ retryClass: "never", code: "input_gone", message });
}
