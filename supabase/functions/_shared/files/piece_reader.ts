/** Reads a stream in pieces of a certain size, and gives up one that stalls. */
import { unavailable } from "./output_error.ts";

/** How long a chunk may take, in milliseconds. The whole may take as long as it likes. */
export const STALL_MS = 30_000;

export class PieceReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #stallMs: number;
  readonly #lost: (error: unknown) => unknown;
  /** Read, and not handed out. */
  #rest: Uint8Array = new Uint8Array();
  #pending: Promise<ReadableStreamReadResult<Uint8Array>> | undefined;
  #failure: { error: unknown } | undefined;
  #isOver = false;

  /** `lost`: what to make of an error of the stream; default: nothing. */
  constructor(
    stream: ReadableStream<Uint8Array>,
    { stallMs = STALL_MS, lost = (error) => error }: {
      stallMs?: number;
      lost?: (error: unknown) => unknown;
    } = {},
  ) {
    this.#reader = stream.getReader();
    this.#stallMs = stallMs;
    this.#lost = lost;
  }

  /**
   * The next bytes, `size` of them together with what was `read` before: fewer where the stream ends, or breaks off, or `until` (milliseconds since 1970) comes first.
   * What breaks off is thrown only when all that came before has been handed out.
   * @throws OutputError output_unavailable when a chunk takes too long; what the stream errors with
   */
  async read(size: number, until = Infinity, read = new Uint8Array()): Promise<Uint8Array<ArrayBuffer>> {
    const piece = new Uint8Array(Math.max(size, read.length));
    piece.set(read);
    let length = read.length;
    while (length < size) {
      if (this.#rest.length === 0 && !await this.#fill(until)) break;
      const taken = this.#rest.subarray(0, size - length);
      piece.set(taken, length);
      length += taken.length;
      this.#rest = this.#rest.subarray(taken.length);
    }
    if (length === 0 && this.#failure) throw this.#failure.error;
    return length === piece.length ? piece : piece.slice(0, length);
  }

  /** Whether nothing more will come; waits for the next chunk to know. @throws as read */
  async isAtEnd(): Promise<boolean> {
    if (this.#rest.length > 0) return false;
    const isMore = await this.#fill(Infinity);
    if (this.#failure) throw this.#failure.error;
    return !isMore;
  }

  /** Gives up the stream. */
  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }

  /** Gets something to hand out; false: there is nothing more, or not until then. */
  async #fill(until: number): Promise<boolean> {
    while (this.#rest.length === 0) {
      if (this.#isOver || this.#failure || Date.now() >= until) return false;
      this.#pending ??= this.#reader.read();
      const next = await this.#inTime(this.#pending, until);
      if (!next) return false;
      this.#pending = undefined;
      this.#isOver = next.done;
      this.#rest = next.value ?? new Uint8Array();
    }
    return true;
  }

  /** What was read; undefined: it failed, or the time is over. */
  async #inTime(
    pending: Promise<ReadableStreamReadResult<Uint8Array>>,
    until: number,
  ): Promise<ReadableStreamReadResult<Uint8Array> | undefined> {
    const isStall = Date.now() + this.#stallMs <= until;
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), isStall ? this.#stallMs : until - Date.now());
    try {
      const next = await Promise.race([pending, late]);
      if (!next && isStall) this.#failure = { error: unavailable("The result stopped coming in its middle") };
      return next;
    } catch (error) {
      this.#failure = { error: this.#lost(error) };
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}
