/** `HEAD` and `DELETE`: how far an upload is, and giving it up. */
import type { StorageContext } from "../context.ts";
import { writeMetadata } from "./tus_headers.ts";
import { alreadyComplete } from "./tus_error.ts";
import { readUploadId } from "./upload_id.ts";
import { type Door, requireUploader } from "./uploader.ts";

/** `HEAD`: offset and length. Whoever has credentials may ask. */
export async function headUpload(
  ctx: StorageContext,
  request: Request,
  door: Door,
  name: string,
): Promise<Response> {
  const id = readUploadId(name);
  await requireUploader(ctx, request, door, id, { mimetype: undefined, length: null });
  // Waits for who is writing: the offset that is told is one to go on from.
  const { offset, length, metadata } = await ctx.uploadLocks.with(
    id.version,
    () => ctx.uploads.find(id.version),
  );
  return new Response(null, {
    status: 200,
    headers: {
      "cache-control": "no-store",
      "upload-offset": String(offset),
      ...length === null ? { "upload-defer-length": "1" } : { "upload-length": String(length) },
      "upload-metadata": writeMetadata(metadata),
    },
  });
}

/** `DELETE`: gives an upload up that is not complete. */
export async function removeUpload(
  ctx: StorageContext,
  request: Request,
  door: Door,
  name: string,
): Promise<Response> {
  const id = readUploadId(name);
  const { metadata, length } = await ctx.uploads.find(id.version);
  await requireUploader(ctx, request, door, id, { mimetype: metadata.contentType, length });
  await ctx.uploadLocks.with(id.version, async () => {
    if ((await ctx.uploads.find(id.version)).isComplete) throw alreadyComplete();
    await ctx.uploads.remove(id.version);
  });
  return new Response(null, { status: 204 });
}
