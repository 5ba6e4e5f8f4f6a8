/**
 * Takes the file out of an upload request and puts it on disk as it arrives. storage-js sends a Blob or FormData as
 * `multipart/form-data`, with the fields before the file; anything else as the bare body with headers. What storage-api
 * reads of both: github.com/supabase/storage, src/storage/uploader.ts.
 */
import { Buffer } from "node:buffer";
import { MultipartError, type Part, partText, readMultipart } from "@esteira/multipart";
import type { FileStore, ReceivedFile } from "./file_store.ts";
import type { ObjectMetadata } from "./object_rows.ts";
import { StorageError, tooLarge } from "./storage_error.ts";

const MAX_FIELD_BYTES = 1024 * 1024;

/** An upload, received whole. */
export interface Upload {
  file: ReceivedFile;
  mimetype: string;
  /** Value of the `Cache-Control` header to serve it with. */
  cacheControl: string;
  contentEncoding?: string;
  userMetadata: Record<string, unknown> | null;
}

export interface UploadRules {
  /** Bytes. As in storage-api it does not bind a bare body whose length the request does not tell (chunked). */
  maxBytes: number;
  /** Called before a byte of the file is stored; throws when its content type is not welcome. */
  checkType(mimetype: string): void;
}

/**
 * Receives the upload into `files`.
 * @throws StorageError when it breaks a rule or has no file; then nothing of it is left on disk
 */
export async function receiveUpload(request: Request, files: FileStore, rules: UploadRules): Promise<Upload> {
  const type = request.headers.get("content-type");
  if (type?.toLowerCase().startsWith("multipart/form-data")) return await receiveForm(request, files, rules);
  const mimetype = type ?? "application/octet-stream";
  rules.checkType(mimetype);
  const length = request.headers.get("content-length");
  if (Number(length) > rules.maxBytes) throw tooLarge();
  const encoded = request.headers.get("x-metadata");
  const contentEncoding = request.headers.get("content-encoding");
  return {
    mimetype,
    cacheControl: request.headers.get("cache-control") ?? "no-cache",
    userMetadata: encoded === null ? null : userMetadataOf(Buffer.from(encoded, "base64").toString()),
    ...contentEncoding !== null && { contentEncoding },
    file: await files.receive(
      request.body ?? ReadableStream.from([]),
      length === null ? Infinity : rules.maxBytes,
    ),
  };
}

async function receiveForm(request: Request, files: FileStore, rules: UploadRules): Promise<Upload> {
  const fields = new Map<string, string>();
  let received: { part: Part; file: ReceivedFile; mimetype: string } | undefined;
  try {
    const parts = readMultipart(request.body ?? ReadableStream.from([]), request.headers.get("content-type"));
    for await (const part of parts) {
      const isFile = part.fileName !== undefined || part.contentType === "application/octet-stream";
      if (!isFile) {
        fields.set(part.name, await partText(part, MAX_FIELD_BYTES));
      } else if (!received) {
        const mimetype = fields.get("contentType") ?? part.contentType ?? "application/octet-stream";
        rules.checkType(mimetype);
        received = { part, mimetype, file: await files.receive(part.bytes, rules.maxBytes) };
      }
    }
  } catch (error) {
    await files.discard(received?.file.version ?? null);
    if (!(error instanceof MultipartError)) throw error;
    throw error.code === "field_too_long" ? tooLarge("user_metadata") : noContent(error.message);
  }
  if (!received) throw noContent("No content provided");
  const cacheTime = fields.get("cacheControl");
  const metadata = fields.get("metadata") ?? fields.get("userMetadata");
  const contentEncoding = fields.get("contentEncoding");
  return {
    file: received.file,
    mimetype: received.mimetype,
    cacheControl: cacheTime ? `max-age=${cacheTime}` : "no-cache",
    userMetadata: metadata === undefined ? null : userMetadataOf(metadata),
    ...contentEncoding !== undefined && { contentEncoding },
  };
}

/** What `storage.objects.metadata` says of a file. */
export function metadataOf(
  { size, eTag }: { size: number; eTag: string },
  mimetype: string,
  cacheControl: string,
): ObjectMetadata {
  const lastModified = new Date().toISOString();
  return { eTag, size, mimetype, cacheControl, lastModified, contentLength: size, httpStatusCode: 200 };
}

const noContent = (message: string) => new StorageError(400, "InvalidRequest", message);

/** User metadata from its JSON; as in storage-api, what is not a JSON object is passed over. */
export function userMetadataOf(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && !Array.isArray(value)
      ? value as Record<string, unknown> | null
      : null;
  } catch {
    return null;
  }
}
