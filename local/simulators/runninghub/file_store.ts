/** The simulator's disk: uploads that nodes may name, results that can be fetched. All in one temporary directory. */
import { createHash } from "node:crypto";
import { type ReceivedFile, receiveUpload } from "../kit/receive_upload.ts";
import { writeRandomFile } from "./random_file.ts";

/** A file on disk with what it takes to serve and to compare it. */
export interface StoredFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The endings that RunningHub takes (providers.md §1.3). */
const ACCEPTED = /\.(jpg|jpeg|png|webp|zip|mp3|wav|flac|mp4|avi|mov|mkv)$/i;

/** Holds files until `remove`. */
export class FileStore {
  readonly #uploads = new Map<string, StoredFile>();
  readonly #results = new Map<string, StoredFile>();

  private constructor(readonly directory: string) {}

  /** Makes the directory, in `parent` or else where the system keeps temporary files. */
  static async create(parent?: string): Promise<FileStore> {
    const where = parent === undefined ? {} : { dir: parent };
    return new FileStore(await Deno.makeTempDir({ prefix: "runninghub-simulator-", ...where }));
  }

  /** Reads an upload request; the file in it is kept only by `keepUpload`, else must be given to `discard`. */
  receive(request: Request, maxBytes: number): ReturnType<typeof receiveUpload> {
    return receiveUpload(request, { directory: this.directory, maxBytes });
  }

  /**
   * Keeps an upload under the name that nodes use for it: `api/<digest>.<ending>`, the same for the same content.
   * @returns the name, or undefined when RunningHub does not take files with this ending; then it is discarded.
   */
  async keepUpload(file: ReceivedFile): Promise<string | undefined> {
    const ending = ACCEPTED.exec(file.originalName)?.[1]?.toLowerCase();
    if (ending === undefined) {
      await this.discard(file);
      return undefined;
    }
    const fileName = `api/${file.sha256}.${ending}`;
    // The same content again: the older file may be in use, so the newer one goes.
    if (this.#uploads.has(fileName)) await this.discard(file);
    else this.#uploads.set(fileName, file);
    return fileName;
  }

  async discard(file: ReceivedFile): Promise<void> {
    await Deno.remove(file.path);
  }

  /** The upload that goes by this name, if there is one. */
  upload(fileName: string): StoredFile | undefined {
    return this.#uploads.get(fileName);
  }

  /** Stores a result. @returns the path at which it is served. */
  async putResult(name: string, content: Uint8Array): Promise<{ urlPath: string; file: StoredFile }> {
    const path = this.#newPath();
    await Deno.writeFile(path, content);
    const sha256 = createHash("sha256").update(content).digest("hex");
    return this.#register(name, { path, bytes: content.length, sha256 });
  }

  /** Stores a result of `bytes` random bytes without ever holding it in memory. */
  async putRandomResult(
    name: string,
    random: { seed: string; bytes: number; signal: AbortSignal },
  ): Promise<{ urlPath: string; file: StoredFile }> {
    const path = this.#newPath();
    const sha256 = await writeRandomFile(path, random);
    return this.#register(name, { path, bytes: random.bytes, sha256 });
  }

  /** The result that is served at this path, if there is one. */
  result(urlPath: string): StoredFile | undefined {
    return this.#results.get(urlPath);
  }

  /** Removes everything from disk. */
  async remove(): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }

  #newPath(): string {
    return `${this.directory}/${crypto.randomUUID()}.result`;
  }

  #register(name: string, file: StoredFile): { urlPath: string; file: StoredFile } {
    const urlPath = `/files/${crypto.randomUUID().replaceAll("-", "")}/output/${name}`;
    this.#results.set(urlPath, file);
    return { urlPath, file };
  }
}
