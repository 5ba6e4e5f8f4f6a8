/**
 * Uploads that go on where they stopped: TUS 1.0.0 as Storage speaks it. Whoever goes on, in this
 * process or another, asks first how far it is.
 */
import { Buffer } from "node:buffer";
import { type Bucket, fileKey } from "../../../../shared/words/file_keys.ts";
import { admin } from "../engine/database.ts";
import { OutputError, unavailable } from "./output_error.ts";
import { callUploads, uploadError, UploadGone, UploadTaken } from "./storage_call.ts";

/** Storage wants pieces of this size, and a smaller last one. */
export const PIECE_BYTES = 6 * 1024 * 1024;

/** So much of a piece is asked for at a time, where that can be done. */
export const PART_BYTES = 3 * 1024 * 1024;

/** How far an upload is. `length` null: how long it will be has not been said. */
export interface UploadState {
  offset: number;
  length: number | null;
}

/** Begins an upload; returns its place, to be kept. @throws OutputError */
export async function beginUpload(
  bucket: Bucket,
  path: string,
  type: string,
  length: number | null,
): Promise<string> {
  const objectName = fileKey(bucket, path);
  const metadata = { bucketName: bucket, objectName, contentType: type, cacheControl: "3600" };
  const pairs = Object.entries(metadata).map(([name, value]) =>
    `${name} ${Buffer.from(value).toString("base64")}`
  );
  const response = await callUploads("POST", "", {
    ...length === null ? { "upload-defer-length": "1" } : { "upload-length": String(length) },
    "upload-metadata": pairs.join(","),
  });
  if (response.status !== 201) throw notGone(await uploadError(response));
  await response.body?.cancel();
  // Behind a gateway it may name a host that we do not know.
  const place = response.headers.get("location")?.match(/\/upload\/resumable(\/[\w-]+)$/)?.[1];
  if (!place) throw unavailable("Storage names no place for an upload");
  return place;
}

/** How far an upload is; null: it is not known any more. @throws OutputError */
export async function stateOf(place: string): Promise<UploadState | null> {
  const response = await callUploads("HEAD", place, {});
  await response.body?.cancel();
  const [offset, length] = ["upload-offset", "upload-length"].map((name) => response.headers.get(name));
  if (response.status === 404 || response.status === 410) return null;
  if (response.status !== 200 || !offset) throw unavailable(`Storage answered ${response.status}`);
  return { offset: Number(offset), length: length ? Number(length) : null };
}

/** Places of the uploads of which Storage has said that they are files now. */
const complete = new Set<string>();

/**
 * Adds bytes, or what a stream brings while it comes; where Storage or this worker dies, what came is kept. `length` is
 * said with them where it had been left open. Returns the new offset. @throws OutputError, UploadGone, UploadTaken
 */
export async function addBytes(
  place: string,
  bytes: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
  offset: number,
  length: number | null = null,
): Promise<number> {
  const response = await callUploads("PATCH", place, {
    "upload-offset": String(offset),
    "content-type": "application/offset+octet-stream",
    ...length === null ? {} : { "upload-length": String(length) },
  }, bytes);
  if (response.status !== 204) throw await uploadError(response);
  await response.body?.cancel();
  const next = response.headers.get("upload-offset");
  if (next === null) throw unavailable("Storage does not say how far an upload is");
  if (response.headers.get("tus-complete") === "1") complete.add(place);
  return Number(next);
}

/**
 * Makes sure that an upload whose bytes are all there has become a file: Storage may have died in between. False: it has
 * not, and cannot any more. @throws OutputError
 */
export async function finishUpload(
  place: string,
  bucket: Bucket,
  path: string,
  length: number,
): Promise<boolean> {
  if (complete.delete(place)) return true;
  const { data } = await admin().storage.from(bucket).info(fileKey(bucket, path));
  if (data?.size === length) return true;
  try {
    await addBytes(place, new Uint8Array(), length);
    return true;
  } catch (error) {
    if (error instanceof UploadGone || error instanceof UploadTaken) return false;
    throw error;
  }
}

/** Gives an upload up; it does not matter whether that is heard. */
export async function giveUpUpload(place: string): Promise<void> {
  await callUploads("DELETE", place, {}).then((response) => response.body?.cancel()).catch(() => {});
}

/** When an upload begins there is none that could be gone: it is the bucket that is not there. */
function notGone(error: Error): Error {
  return error instanceof OutputError ? error : unavailable(`Storage begins no upload: ${error.message}`);
}
