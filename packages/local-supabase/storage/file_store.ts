/**
 * The bytes of objects on disk. Each upload is a file of its own, named by a random version and never by the object's
 * key, so that no key can lead out of the directory and a file never changes once it is kept. It is received into
 * `uploading/` and moved to `objects/` when its row is written.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Slice } from "./range.ts";
import { tooLarge } from "./storage_error.ts";

const CHUNK_BYTES = 256 * 1024;

/** A file that was received whole. */
export interface ReceivedFile {
  /** Its name in the store, and `version` in `storage.objects`. */
  version: string;
  /** Bytes. */
  size: number;
  /** MD5 of the content in quotes, as S3 makes it. */
  eTag: string;
}

export class FileStore {
  private constructor(readonly directory: string) {}

  /** Opens the store in `directory`, making it if need be; what an earlier run left half received is removed. */
  static async open(directory: string): Promise<FileStore> {
    await Deno.remove(join(directory, "uploading"), { recursive: true }).catch(ignoreMissing);
    await Deno.mkdir(join(directory, "uploading"), { recursive: true });
    await Deno.mkdir(join(directory, "objects"), { recursive: true });
    return new FileStore(directory);
  }

  /**
   * Writes `chunks` to disk as they arrive.
   * @throws StorageError `EntityTooLarge` as soon as there are more than `limit` bytes. On any error the partial
   * file is removed.
   */
  async receive(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<ReceivedFile> {
    const version = crypto.randomUUID();
    const hash = createHash("md5");
    let size = 0;
    try {
      using file = await Deno.open(this.#uploading(version), { write: true, createNew: true });
      for await (const chunk of chunks) {
        size += chunk.length;
        if (size > limit) throw tooLarge();
        hash.update(chunk);
        for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
      }
    } catch (error) {
      await this.discard(version);
      throw error;
    }
    return { version, size, eTag: `"${hash.digest("hex")}"` };
  }

  /** Makes a received file readable. */
  async keep(version: string): Promise<void> {
    await Deno.mkdir(join(this.directory, "objects", version.slice(0, 2)), { recursive: true });
    await Deno.rename(this.#uploading(version), this.#kept(version));
  }

  /** Makes a file that was received elsewhere on this disk readable as `version`; it is there no more. */
  async adopt(version: string, path: string): Promise<void> {
    await Deno.mkdir(join(this.directory, "objects", version.slice(0, 2)), { recursive: true });
    await Deno.rename(path, this.#kept(version));
  }

  /** Makes a new version with the content of `version`. Files never change, so a hard link will do. */
  async copy(version: string): Promise<string> {
    const copy = crypto.randomUUID();
    await Deno.link(this.#kept(version), this.#uploading(copy));
    return copy;
  }

  /** Removes a version, received or kept; no error if it is not there. */
  async discard(version: string | null): Promise<void> {
    if (version === null) return;
    await Deno.remove(this.#uploading(version)).catch(ignoreMissing);
    await Deno.remove(this.#kept(version)).catch(ignoreMissing);
  }

  /**
   * Opens a kept version. The stream reads only what is asked of it, and closes the file when it ends or is cancelled.
   * @throws Deno.errors.NotFound
   */
  async read(version: string, { start, length }: Slice): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const file = await Deno.open(this.#kept(version));
    let left = length;
    try {
      await file.seek(start, Deno.SeekMode.Start);
    } catch (error) {
      file.close();
      throw error;
    }
    return new ReadableStream({
      async pull(controller) {
        const chunk = new Uint8Array(Math.min(CHUNK_BYTES, left));
        const count = left === 0 ? null : await file.read(chunk);
        if (count !== null) {
          left -= count;
          controller.enqueue(chunk.subarray(0, count));
        }
        if (left > 0 && count !== null) return;
        file.close();
        if (left > 0) {
          controller.error(new Error(`The file of version ${version} is shorter than its row says`));
        } else controller.close();
      },
      cancel: () => file.close(),
    }, { highWaterMark: 0 });
  }

  #uploading(version: string): string {
    return join(this.directory, "uploading", version);
  }

  #kept(version: string): string {
    return join(this.directory, "objects", version.slice(0, 2), version);
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
