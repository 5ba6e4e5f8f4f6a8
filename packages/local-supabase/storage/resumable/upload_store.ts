/**
 * Uploads under way, on disk: `<version>` has the bytes that have arrived, and its size is the offset; `<version>.json`
 * what is known of the upload. Nothing is kept in memory, so what a killed process has left goes on in the next one.
 */
import { join } from "node:path";
import { z } from "zod";
import { uploadExpired, uploadNotFound } from "./tus_error.ts";

const noted = z.object({
  /** Bytes; null: not known yet. */
  length: z.number().nullable(),
  metadata: z.record(z.string(), z.string()),
  /** When it was begun, in milliseconds since 1970. */
  createdAt: z.number(),
  /** The object has been written, and the bytes moved to where its file belongs. */
  isComplete: z.boolean(),
});

/** An upload as it stands. */
export interface StoredUpload extends z.infer<typeof noted> {
  /** Bytes that have arrived. */
  offset: number;
}

export class UploadStore {
  private constructor(readonly directory: string, readonly expiryMs: number) {}

  /**
   * Opens the store, making it if need be; what has expired is removed, and what a process left that died while it began
   * an upload. @param expiryMs how long an upload may take
   */
  static async open(directory: string, expiryMs: number): Promise<UploadStore> {
    await Deno.mkdir(directory, { recursive: true });
    const store = new UploadStore(directory, expiryMs);
    for (const name of await store.#names()) {
      const isNoted = name.endsWith(".json") || await store.#read(name) !== undefined;
      if (!isNoted) await Deno.remove(join(directory, name)).catch(ignoreMissing);
    }
    await store.removeExpired();
    return store;
  }

  async create(version: string, upload: Omit<StoredUpload, "offset">): Promise<void> {
    await Deno.writeFile(this.bytesOf(version), new Uint8Array());
    await this.#note(version, upload);
  }

  /** @throws TusError 404 when there is no such upload, 410 when it has expired */
  async find(version: string): Promise<StoredUpload> {
    const upload = await this.#read(version);
    if (!upload) throw uploadNotFound();
    if (this.expiryOf(upload) < Date.now()) throw uploadExpired();
    if (upload.isComplete) return { ...upload, offset: upload.length ?? 0 };
    const file = await Deno.stat(this.bytesOf(version)).catch(ignoreMissing);
    if (!file) throw uploadExpired();
    return { ...upload, offset: file.size };
  }

  /** Changes what is known of an upload. */
  async change(version: string, change: Partial<Omit<StoredUpload, "offset">>): Promise<void> {
    const upload = await this.#read(version);
    if (!upload) throw uploadNotFound();
    await this.#note(version, { ...upload, ...change });
  }

  /**
   * Adds `chunks` to an upload as they arrive, each at once: what has arrived is kept, whatever becomes of the rest.
   * Stops before the chunk with which there would be more than `maxBytes` of them.
   * @returns whether all of them were taken
   */
  async append(version: string, chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<boolean> {
    using file = await Deno.open(this.bytesOf(version), { append: true });
    let taken = 0;
    for await (const chunk of chunks) {
      taken += chunk.length;
      if (taken > maxBytes) return false;
      for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
    }
    return true;
  }

  async remove(version: string): Promise<void> {
    await Deno.remove(this.bytesOf(version)).catch(ignoreMissing);
    await Deno.remove(this.#noteOf(version)).catch(ignoreMissing);
  }

  /** Removes the uploads that have expired. */
  async removeExpired(): Promise<void> {
    for (const name of await this.#names()) {
      if (!name.endsWith(".json")) continue;
      const version = name.slice(0, -".json".length);
      const upload = await this.#read(version);
      if (upload && this.expiryOf(upload) < Date.now()) await this.remove(version);
    }
  }

  /** When an upload expires, in milliseconds since 1970. */
  expiryOf({ createdAt }: Pick<StoredUpload, "createdAt">): number {
    return createdAt + this.expiryMs;
  }

  /** Where the bytes of an upload lie. */
  bytesOf(version: string): string {
    return join(this.directory, version);
  }

  async #names(): Promise<string[]> {
    return (await Array.fromAsync(Deno.readDir(this.directory))).map(({ name }) => name);
  }

  async #read(version: string): Promise<z.infer<typeof noted> | undefined> {
    const text = await Deno.readTextFile(this.#noteOf(version)).catch(ignoreMissing);
    return text === undefined ? undefined : noted.parse(JSON.parse(text));
  }

  async #note(version: string, upload: Omit<StoredUpload, "offset">): Promise<void> {
    const text = JSON.stringify(upload satisfies z.infer<typeof noted>);
    const next = join(this.directory, `${version}.json.${crypto.randomUUID()}`);
    await Deno.writeTextFile(next, text);
    await Deno.rename(next, this.#noteOf(version));
  }

  #noteOf(version: string): string {
    return join(this.directory, `${version}.json`);
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
