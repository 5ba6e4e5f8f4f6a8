/**
 * Receives an upload: a `multipart/form-data` request with text fields and one file. The file goes to disk as it
 * arrives, so a large one needs no more memory than a small one.
 */
import { createHash } from "node:crypto";
import { type Part, partText, readMultipart } from "@esteira/multipart";

/** The longest text field that is accepted, in bytes. */
const MAX_FIELD_BYTES = 64 * 1024;

/** A file as it lies on disk. */
export interface ReceivedFile {
  /** Where it lies. Its owner from now on is the caller. */
  readonly path: string;
  /** The name the client gave it; never a path. */
  readonly originalName: string;
  readonly bytes: number;
  /** Lower-case hexadecimal digest of its content. */
  readonly sha256: string;
  /** What the client said that it is. */
  readonly contentType?: string;
}

/** What came with the request. */
export interface ReceivedUpload {
  readonly fields: ReadonlyMap<string, string>;
  /** The file; `too_large`: it exceeds the limit and was not kept; `none`: there was no part of that name. */
  readonly file: ReceivedFile | "too_large" | "none";
}

/** Where the file goes and how large it may be. */
export interface UploadLimits {
  /** An existing directory. */
  readonly directory: string;
  readonly maxBytes: number;
  /** The name of the file's field. Default `file`. */
  readonly field?: string;
}

/**
 * Reads the whole request, also when it is too large, so that the client always gets to read the answer. Takes the
 * first file of that field; other files are skipped, but for JSON, which is a text although it comes as a file.
 * @throws MultipartError when the body is not multipart; what was stored by then is removed.
 */
export async function receiveUpload(request: Request, limits: UploadLimits): Promise<ReceivedUpload> {
  const fields = new Map<string, string>();
  const { field = "file" } = limits;
  let file: ReceivedUpload["file"] = "none";
  try {
    const parts = readMultipart(request.body ?? ReadableStream.from([]), request.headers.get("content-type"));
    for await (const part of parts) {
      if (part.name === field && part.fileName !== undefined) {
        if (file === "none") file = await store(part, part.fileName, limits);
      } else if (part.fileName === undefined || part.contentType === "application/json") {
        fields.set(part.name, await partText(part, MAX_FIELD_BYTES));
      }
    }
    return { fields, file };
  } catch (error) {
    if (typeof file === "object") await Deno.remove(file.path);
    throw error;
  }
}

/** Writes the content to disk as it arrives. Unless all of it is there in the end, nothing is. */
async function store(
  { bytes: content, contentType }: Part,
  originalName: string,
  { directory, maxBytes }: UploadLimits,
): Promise<ReceivedFile | "too_large"> {
  const path = `${directory}/${crypto.randomUUID()}.upload`;
  const disk = await Deno.open(path, { createNew: true, write: true });
  const hash = createHash("sha256");
  let bytes = 0;
  let complete = false;
  try {
    for await (const piece of content) {
      bytes += piece.length;
      if (bytes > maxBytes) return "too_large";
      hash.update(piece);
      for (let written = 0; written < piece.length;) written += await disk.write(piece.subarray(written));
    }
    complete = true;
  } finally {
    disk.close();
    if (!complete) await Deno.remove(path);
  }
  return {
    path,
    originalName,
    bytes,
    sha256: hash.digest("hex"),
    ...contentType === undefined ? {} : { contentType },
  };
}
