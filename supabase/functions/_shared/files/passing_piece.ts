/** A piece of a file on its way through: fetched in parts, looked at, sent on, with nothing of it held. */
import type { PieceReader } from "./piece_reader.ts";
import type { TextCheck } from "./words.ts";

const CHUNK_BYTES = 64 * 1024;

/** Where a part of it comes from. */
export interface Opened {
  reader: PieceReader;
  close(): Promise<void>;
}

/** What a piece is made of. */
export interface Piece {
  /** What was read of it before. */
  head: Uint8Array;
  /** Bytes of it, that included. */
  bytes: number;
  /** Opens what follows after so many bytes of it. */
  open(after: number): Promise<Opened>;
  /** Then it ends, in milliseconds since 1970. */
  until: number;
  check: TextCheck | null;
  /** The file ends with it. */
  isLast: boolean;
}

export class PassingPiece {
  /** Bytes that were sent on. */
  passed = 0;
  /** Why it ended before its end. It is the piece that ends then, not the request that sends it: what was sent is kept. */
  failure: { error: unknown } | undefined;
  /** To be sent, once. */
  readonly stream: ReadableStream<Uint8Array>;
  readonly #piece: Piece;
  #waiting: Uint8Array;
  #opened: Opened | null;
  #first: Uint8Array | undefined;

  constructor(piece: Piece, opened: Opened | null) {
    this.#piece = piece;
    this.#waiting = piece.head;
    this.#opened = opened;
    this.stream = new ReadableStream({
      pull: async (controller) => {
        const chunk = this.#first ?? await this.#next();
        this.#first = undefined;
        if (!chunk) return controller.close();
        this.passed += chunk.length;
        controller.enqueue(chunk);
      },
    }, { highWaterMark: 0 });
  }

  /** Gets its first bytes, before anybody is told that they will come; false: there are none. */
  async begin(): Promise<boolean> {
    this.#first = await this.#next();
    return this.#first !== undefined;
  }

  /** Closes what is open. */
  async close(): Promise<void> {
    await this.#opened?.close();
    this.#opened = null;
  }

  /** Undefined: there is no more, or not in time, or it failed. */
  async #next(): Promise<Uint8Array | undefined> {
    try {
      return await this.#look();
    } catch (error) {
      this.failure = { error };
      return undefined;
    }
  }

  async #look(): Promise<Uint8Array | undefined> {
    const { bytes, until, check, isLast } = this.#piece;
    const left = bytes - this.passed;
    if (left === 0) return undefined;
    let chunk = this.#waiting;
    this.#waiting = new Uint8Array();
    if (chunk.length === 0) chunk = await this.#read(Math.min(CHUNK_BYTES, left), until);
    if (chunk.length === 0) return undefined;
    check?.pass(chunk);
    if (isLast && chunk.length === left) check?.end();
    return chunk;
  }

  async #read(size: number, until: number): Promise<Uint8Array> {
    const before = this.#opened;
    const chunk = await before?.reader.read(size, until);
    if (chunk?.length || Date.now() >= until) return chunk ?? new Uint8Array();
    await this.close();
    this.#opened = await this.#piece.open(this.passed);
    return await this.#opened.reader.read(size, until);
  }
}
