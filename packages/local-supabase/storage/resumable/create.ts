/** `POST /upload/resumable`: begins an upload, and takes its first bytes if the request brings any. */
import type { ObjectPath, StorageContext } from "../context.ts";
import { assertMimeTypeAllowed } from "../limits.ts";
import { bucketRules } from "../object_rows.ts";
import { badRequest } from "../storage_error.ts";
import { takeBytes } from "./append.ts";
import { maxBytesOf } from "./greatest_size.ts";
import { countIn, hasBytes, readMetadata } from "./tus_headers.ts";
import { invalidLength, uploadTooLarge } from "./tus_error.ts";
import { newUploadId, type UploadId, writeUploadId } from "./upload_id.ts";
import { type Door, requireUploader } from "./uploader.ts";

/** `POST`: 201 with the address of the upload. */
export async function createUpload(ctx: StorageContext, request: Request, door: Door): Promise<Response> {
  const { headers } = request;
  const length = countIn(headers, "upload-length");
  if ((length === null) === (headers.get("upload-defer-length") === null)) throw invalidLength();
  const header = headers.get("upload-metadata");
  const metadata = header === null ? null : readMetadata(header);
  if (!metadata) throw badRequest("Metadata header is required");
  const id = newUploadId({ bucket: metadata.bucketName ?? "", key: metadata.objectName ?? "" });

  const rules = await bucketRules(ctx.pool, id.bucket);
  if (length !== null && length > maxBytesOf(ctx, rules)) throw uploadTooLarge();
  const { contentType } = metadata;
  const uploader = await requireUploader(ctx, request, door, id, { mimetype: contentType, length });
  // As there: what names no type is not checked, and is stored as application/octet-stream.
  if (contentType) assertMimeTypeAllowed(contentType, rules.allowed_mime_types);

  await ctx.uploads.removeExpired();
  await ctx.uploads.create(id.version, {
    length,
    metadata: { ...metadata, cacheControl: cacheControlOf(metadata.cacheControl) },
    createdAt: Date.now(),
    isComplete: false,
  });
  const answer = new Headers({ location: addressOf(request, door, id) });
  if (hasBytes(request) || length === 0) {
    const taken = await takeBytes(ctx, request, id, 0, uploader.owner);
    for (const [name, value] of Object.entries(taken)) answer.set(name, value);
  } else answer.set("upload-expires", new Date(Date.now() + ctx.uploads.expiryMs).toUTCString());
  return new Response(null, { status: 201, headers: answer });
}

function cacheControlOf(seconds: string | undefined): string {
  return /^-?\d+$/.test(seconds ?? "") ? `max-age=${seconds}` : "no-cache";
}

function addressOf(request: Request, door: Door, id: UploadId & ObjectPath): string {
  const { origin } = new URL(request.url);
  const sign = door.kind === "signed" ? "/sign" : "";
  return `${origin}/storage/v1/upload/resumable${sign}/${writeUploadId(id)}`;
}
