/**
 * The HTTP answer that carries an object: headers, conditions and ranges as storage-api's renderer
 * (github.com/supabase/storage, src/storage/renderer/renderer.ts); the bytes are streamed from disk.
 */
import type { FileStore } from "./file_store.ts";
import type { ObjectRow } from "./object_rows.ts";
import { type Slice, sliceOf } from "./range.ts";
import { noSuchKey, StorageError } from "./storage_error.ts";

/**
 * Answers `request` with the object that `find` returns.
 * @param expires when the signed URL expires that led here; replaces the object's own cache control
 * @throws StorageError `NoSuchKey` when there is no file
 */
export async function serveObject(
  files: FileStore,
  request: Request,
  find: () => Promise<ObjectRow>,
  expires?: Date,
): Promise<Response> {
  for (let attempt = 1;; attempt++) {
    try {
      return await serve(files, request, await find(), expires);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      // The object was replaced between the look at its row and the opening of its file: the row now names another.
      if (attempt === 2) throw noSuchKey();
    }
  }
}

async function serve(files: FileStore, request: Request, row: ObjectRow, expires?: Date): Promise<Response> {
  const { version, metadata } = row;
  if (version === null || metadata === null) throw noSuchKey();
  const headers = new Headers({
    "accept-ranges": "bytes",
    "content-type": metadata.mimetype.includes("text/html") ? "text/plain" : metadata.mimetype,
    etag: metadata.eTag,
    "last-modified": row.updated_at.toUTCString(),
    ...expires ? { expires: expires.toUTCString() } : { "cache-control": metadata.cacheControl },
    ...metadata.contentEncoding && { "content-encoding": metadata.contentEncoding },
  });
  if (isUnchanged(request.headers, metadata.eTag, row.updated_at)) {
    headers.delete("content-encoding");
    return new Response(null, { status: 304, headers });
  }
  const download = new URL(request.url).searchParams.get("download");
  if (download !== null) headers.set("content-disposition", attachment(download));

  // S3 has no part of an empty object to offer, and storage-api does not expect its answer.
  if (metadata.size === 0 && request.headers.has("range")) {
    throw new Error("The requested range is not satisfiable");
  }
  const slice = requestedSlice(request.headers, metadata.eTag, metadata.size);
  if (slice === "unsatisfiable") {
    const refusal = new StorageError(
      416,
      "InvalidRange",
      "The range lies outside the object",
      undefined,
      416,
    );
    return refusal.toResponse({ "content-range": `bytes */${metadata.size}` });
  }
  const { start, length } = slice === "whole" ? { start: 0, length: metadata.size } : slice;
  headers.set("content-length", String(length));
  if (slice !== "whole") {
    headers.set("content-range", `bytes ${start}-${start + length - 1}/${metadata.size}`);
  }
  const status = slice === "whole" ? 200 : 206;
  if (request.method === "HEAD") return new Response(null, { status, headers });
  return new Response(await files.read(version, { start, length }), { status, headers });
}

function isUnchanged(headers: Headers, eTag: string, modified: Date): boolean {
  const known = headers.get("if-none-match");
  if (known !== null) {
    return known.split(",").map((tag) => tag.trim().replace(/^W\//, "")).some((tag) =>
      tag === "*" || tag === eTag
    );
  }
  const since = Date.parse(headers.get("if-modified-since") ?? "");
  return Math.floor(modified.getTime() / 1000) * 1000 <= since;
}

function requestedSlice(headers: Headers, eTag: string, size: number): Slice | "whole" | "unsatisfiable" {
  const ifRange = headers.get("if-range");
  if (ifRange !== null && ifRange !== eTag) return "whole"; // a piece of another version would be of no use
  return sliceOf(headers.get("range"), size);
}

function attachment(name: string): string {
  const encoded = encodeURIComponent(name);
  return name === "" ? "attachment;" : `attachment; filename=${encoded}; filename*=UTF-8''${encoded};`;
}
