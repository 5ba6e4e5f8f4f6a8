/** Files that users brought, on their way to a provider: their copies, in the bucket `handed`. */
import { fileKey } from "../../../../shared/words/file_keys.ts";
import { mediaType } from "../../../../shared/words/media_types.ts";
import { admin, unwrap } from "../engine/database.ts";
import { ClassifiedError } from "../engine/failure.ts";
import { toldOutside } from "../runtime/env.ts";
import { isMissing } from "./handed_copies.ts";

// It has to outlive the provider's own queue and its download.
const SIGNED_URL_SECONDS = 6 * 60 * 60;

/** A file of the user's input, opened for reading. */
export interface InputFile {
  stream: ReadableStream<Uint8Array>;
  name: string;
  contentType: string;
  bytes: number;
}

/** Opens the copy of the file at `path`. Throws ClassifiedError of class never when it is gone: it will not come back. */
export async function openInput(path: string, copy: string): Promise<InputFile> {
  const bucket = admin().storage.from("handed");
  const key = fileKey("handed", copy);
  // Both at once: each is a way to Storage and back, and storage-js tells nothing of what it downloads.
  const [{ data: info, error }, opened] = await Promise.all([
    bucket.info(key),
    bucket.download(key).asStream(),
  ]);
  if (error) {
    await opened.data?.cancel();
    throw goneOr(error, path);
  }
  return {
    stream: unwrap(opened),
    name: path.split("/").at(-1) ?? "file",
    contentType: mediaType(info.contentType) ?? "application/octet-stream",
    bytes: info.size ?? 0,
  };
}

/**
 * An address at which a provider or a worker can read the copy of the file at `path`, for SIGNED_URL_SECONDS. Throws as
 * openInput.
 */
export async function signInput(path: string, copy: string): Promise<string> {
  const { data, error } = await admin().storage.from("handed")
    .createSignedUrl(fileKey("handed", copy), SIGNED_URL_SECONDS);
  if (error) throw goneOr(error, path);
  return toldOutside(data.signedUrl);
}

function goneOr(error: Error, path: string): Error {
  if (!isMissing(error)) return error;
  const message = `The input file ${path} is no longer there`;
  return new ClassifiedError({ retryClass: "never", code: "input_gone", message });
}
