/** `PATCH`: more bytes of an upload; the last ones make the object. */
import type { StorageContext } from "../context.ts";
import { bucketRules } from "../object_rows.ts";
import { finishUpload } from "./finish.ts";
import { maxBytesOf } from "./greatest_size.ts";
import { countIn } from "./tus_headers.ts";
import {
  aborted,
  bodyTooLarge,
  invalidLength,
  missingContentType,
  missingOffset,
  offsetConflict,
  uploadTooLarge,
} from "./tus_error.ts";
import { readUploadId, type UploadId } from "./upload_id.ts";
import type { StoredUpload } from "./upload_store.ts";
import { type Door, requireUploader } from "./uploader.ts";

/** `PATCH`: 204 with the new offset. */
export async function appendToUpload(
  ctx: StorageContext,
  request: Request,
  door: Door,
  name: string,
): Promise<Response> {
  const id = readUploadId(name);
  const offset = countIn(request.headers, "upload-offset");
  if (offset === null) throw missingOffset();
  if (!request.headers.has("content-type")) throw missingContentType();
  const { metadata, length } = await ctx.uploads.find(id.version);
  const { owner } = await requireUploader(ctx, request, door, id, { mimetype: metadata.contentType, length });
  const headers = await takeBytes(ctx, request, id, offset, owner);
  return new Response(null, { status: 204, headers });
}

/**
 * Takes the request's bytes at `offset`. Returns the headers that say how far the upload is.
 * @throws TusError 409 when the upload is elsewhere, 413 when there are too many, 400 when another request took over
 */
export async function takeBytes(
  ctx: StorageContext,
  request: Request,
  id: UploadId,
  offset: number,
  owner: string | undefined,
): Promise<Record<string, string>> {
  const maxBytes = maxBytesOf(ctx, await bucketRules(ctx.pool, id.bucket));
  return await ctx.uploadLocks.with(id.version, async (signal) => {
    let upload = await ctx.uploads.find(id.version);
    if (upload.offset !== offset) throw offsetConflict();
    upload = await withLength(ctx, request, id, upload, maxBytes);

    const left = (upload.length ?? maxBytes) - offset;
    if ((countIn(request.headers, "content-length") ?? 0) > left) throw bodyTooLarge();
    const body = request.body ?? ReadableStream.from([]);
    const taken = upload.isComplete || await ctx.uploads.append(id.version, chunksOf(body, signal), left);
    if (!taken) throw bodyTooLarge();

    upload = await ctx.uploads.find(id.version);
    const now = { "upload-offset": String(upload.offset) };
    if (upload.offset !== upload.length) {
      return { ...now, "upload-expires": new Date(ctx.uploads.expiryOf(upload)).toUTCString() };
    }
    if (!upload.isComplete) await finishUpload(ctx, id, upload, owner);
    return { ...now, "tus-complete": "1" };
  });
}

/** An upload whose length was left open may be told it with any of its bytes. */
async function withLength(
  ctx: StorageContext,
  request: Request,
  { version }: UploadId,
  upload: StoredUpload,
  maxBytes: number,
): Promise<StoredUpload> {
  const length = countIn(request.headers, "upload-length");
  if (length === null || request.method === "POST") return upload;
  if (upload.length !== null || length < upload.offset) throw invalidLength();
  if (length > maxBytes) throw uploadTooLarge();
  await ctx.uploads.change(version, { length });
  return { ...upload, length };
}

/** The chunks of `body`. Throws when `signal` says that another request waits for the upload. */
async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const taken = Promise.withResolvers<never>();
  const letGo = () => taken.reject(aborted());
  signal.addEventListener("abort", letGo);
  if (signal.aborted) letGo();
  taken.promise.catch(() => {});
  try {
    while (true) {
      const { value, done } = await Promise.race([reader.read(), taken.promise]);
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", letGo);
    reader.cancel().catch(() => {}); // what it does not want of the body is not to wait for it
  }
}
