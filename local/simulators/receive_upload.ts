/**
 * Receives an upload: a `multipart/form-data` request with text fields and one file. The file goes to disk as it
 * arrives, so a large one needs no more memory than a small one.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { boundaryOf } from "./multipart_head.ts";
import { MultipartError } from "./multipart_error.ts";
import { MultipartParser } from "./multipart_parser.ts";

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
}

/**
 * Reads the whole request, also when it is too large, so that the client always gets to read the answer. Takes the
 * first file of the field `file`; other files are skipped.
 * @throws MultipartError when the body is not multipart; what was stored by then is removed.
 */
export async function receiveUpload(request: Request, limits: UploadLimits): Promise<ReceivedUpload> {
  const parser = new MultipartParser(boundaryOf(request.headers.get("content-type")));
  const fields = new Map<string, string>();
  let part: FieldPart | FilePart | undefined;
  let file: FilePart | undefined;
  try {
    for await (const chunk of request.body ?? []) {
      for (const event of parser.push(chunk)) {
        if (event.kind === "data") await part?.write(event.bytes);
        else if (event.kind === "end") await part?.end();
        else if (event.head.fileName === undefined) part = new FieldPart(event.head.name, fields);
        else if (event.head.name === "file" && !file) {
          part = file = await FilePart.open(event.head.fileName, limits);
        } else part = undefined;
      }
    }
    parser.finish();
    return { fields, file: await file?.received() ?? "none" };
  } catch (error) {
    await file?.discard();
    throw error;
  }
}

class FieldPart {
  #text = Buffer.alloc(0);

  constructor(readonly name: string, readonly fields: Map<string, string>) {}

  write(bytes: Uint8Array): void {
    this.#text = Buffer.concat([this.#text, bytes]);
    if (this.#text.length > MAX_FIELD_BYTES) {
      throw new MultipartError("field_too_long", `field "${this.name}" exceeds ${MAX_FIELD_BYTES} bytes`);
    }
  }

  end(): void {
    this.fields.set(this.name, this.#text.toString("utf8"));
  }
}

class FilePart {
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #state: "open" | "ended" | "discarded" = "open";

  private constructor(
    readonly originalName: string,
    readonly path: string,
    readonly disk: Deno.FsFile,
    readonly maxBytes: number,
  ) {}

  static async open(originalName: string, { directory, maxBytes }: UploadLimits): Promise<FilePart> {
    const path = `${directory}/${crypto.randomUUID()}.upload`;
    return new FilePart(
      originalName,
      path,
      await Deno.open(path, { createNew: true, write: true }),
      maxBytes,
    );
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#state !== "open") return;
    this.#bytes += bytes.length;
    if (this.#bytes > this.maxBytes) return await this.discard();
    this.#hash.update(bytes);
    for (let written = 0; written < bytes.length;) written += await this.disk.write(bytes.subarray(written));
  }

  end(): void {
    if (this.#state !== "open") return;
    this.disk.close();
    this.#state = "ended";
  }

  received(): ReceivedFile | "too_large" {
    if (this.#state === "discarded") return "too_large";
    const { path, originalName } = this;
    return { path, originalName, bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  async discard(): Promise<void> {
    if (this.#state === "discarded") return;
    if (this.#state === "open") this.disk.close();
    this.#state = "discarded";
    await Deno.remove(this.path);
  }
}
