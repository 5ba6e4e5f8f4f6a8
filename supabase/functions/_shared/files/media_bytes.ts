/** A file that is looked into here and there, without all of it being read: its bytes by place, few of them. */

/** Where the bytes of a file come from. */
export interface MediaBytes {
  /** Of the whole. */
  readonly bytes: number;
  /** The bytes from `from` to `to`, which is not included; fewer only where the file ends. */
  read(from: number, to: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

/** More would have to be read of a file than a look is worth. */
export class TooMuchToRead extends Error {
  override readonly name = "TooMuchToRead";
}

const BLOCK_BYTES = 64 * 1024;

/** Reads a file in blocks, each of them once, and no more bytes than `maxBytes`. */
export class MediaReader {
  readonly #blocks = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  #left: number;

  constructor(readonly source: MediaBytes, maxBytes: number, private readonly signal: AbortSignal) {
    this.#left = maxBytes;
  }

  get bytes(): number {
    return this.source.bytes;
  }

  /** The bytes from `from` to `to`, or to the end. @throws TooMuchToRead, and what the source throws */
  async read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.min(to, this.bytes);
    if (end <= from) return new Uint8Array();
    const first = Math.floor(from / BLOCK_BYTES);
    const last = Math.floor((end - 1) / BLOCK_BYTES);
    if (last - first > 1) this.#fetchTogether(first, last);
    const found = new Uint8Array(end - from);
    for (let n = first; n <= last; n++) {
      const block = await this.#block(n);
      const start = n * BLOCK_BYTES;
      const part = block.subarray(Math.max(0, from - start), Math.max(0, end - start));
      found.set(part, Math.max(0, start - from));
    }
    return found;
  }

  #block(n: number): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.#blocks.get(n);
    if (known) return known;
    const block = this.#fetch(n * BLOCK_BYTES, (n + 1) * BLOCK_BYTES);
    this.#blocks.set(n, block);
    return block;
  }

  /** What is long is asked for at once: each question has its way to go. */
  #fetchTogether(first: number, last: number): void {
    const missing: number[] = [];
    for (let n = first; n <= last; n++) if (!this.#blocks.has(n)) missing.push(n);
    const [from, to] = [missing[0], missing.at(-1)];
    if (from === undefined || to === undefined || to - from + 1 !== missing.length) return;
    const run = this.#fetch(from * BLOCK_BYTES, (to + 1) * BLOCK_BYTES);
    for (const n of missing) {
      const block = run.then((bytes) =>
        bytes.subarray((n - from) * BLOCK_BYTES, (n - from + 1) * BLOCK_BYTES)
      );
      block.catch(() => {}); // whoever needs it is told
      this.#blocks.set(n, block);
    }
  }

  async #fetch(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.min(to, this.bytes);
    if (end - from > this.#left) throw new TooMuchToRead(`${end - from} bytes at ${from} are too many`);
    this.#left -= end - from;
    return await this.source.read(from, end, this.signal);
  }
}
