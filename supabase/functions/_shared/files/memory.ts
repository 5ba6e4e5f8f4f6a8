/**
 * The memory of this process that files may take while they are copied. A worker of the platform has 256 MB
 * (docs/platform.md#edge-functions); code, and what else is under way, leave this much.
 */
const BYTES = 96 * 1024 * 1024;

/** Bytes that are lent in the order in which they are asked for. */
export class Memory {
  #lent = 0;
  #waiting: { bytes: number; tell: () => void }[] = [];
  #relief: PromiseWithResolvers<void> | undefined;

  constructor(readonly bytes: number = BYTES) {}

  /** Does `work`, which holds up to `bytes`, as soon as they are free; what needs more than there is has all of it. */
  async lend<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const wanted = Math.min(bytes, this.bytes);
    if (this.#waiting.length > 0 || this.#lent + wanted > this.bytes) {
      await new Promise<void>((tell) => this.#waiting.push({ bytes: wanted, tell }));
    } else this.#lent += wanted;
    try {
      return await work();
    } finally {
      this.#lent -= wanted;
      this.#pass();
    }
  }

  /** Undefined: nobody waits for memory. Else kept when nobody does. */
  relief(): Promise<void> | undefined {
    if (this.#waiting.length === 0) return undefined;
    this.#relief ??= Promise.withResolvers<void>();
    return this.#relief.promise;
  }

  #pass(): void {
    for (let [next] = this.#waiting; next && this.#lent + next.bytes <= this.bytes; [next] = this.#waiting) {
      this.#waiting.shift();
      this.#lent += next.bytes;
      next.tell();
    }
    if (this.#waiting.length > 0) return;
    this.#relief?.resolve();
    this.#relief = undefined;
  }
}

/** The memory of this process. */
export const MEMORY: Memory = new Memory();
