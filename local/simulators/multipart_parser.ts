/**
 * A `multipart/form-data` parser that is fed in chunks and hands the bytes on at once. It keeps no more than one
 * part's headers or the few bytes that may be the beginning of a boundary, whatever the size of the body.
 * Formats: RFC 2046 §5.1 (boundaries), RFC 7578 (form-data).
 */
import { Buffer } from "node:buffer";
import { parsePartHead, type PartHead } from "./multipart_head.ts";
import { MultipartError } from "./multipart_error.ts";

/** What the parser saw: a part begins, some of its bytes, the part ends. */
export type MultipartEvent =
  | { kind: "part"; head: PartHead }
  | { kind: "data"; bytes: Uint8Array }
  | { kind: "end" };

/** Headers of a part longer than this are an attack or not multipart at all. */
const MAX_HEAD_BYTES = 16 * 1024;
const CRLF = Buffer.from("\r\n");
const HEAD_END = Buffer.from("\r\n\r\n");

type State = "preamble" | "delimiter" | "head" | "data" | "epilogue";

/** Turns chunks into events. One parser reads one body. */
export class MultipartParser {
  readonly #delimiter: Buffer;
  #state: State = "preamble";
  /** Received but not yet handed on. Starts with a line break, because the first boundary has none before it. */
  #pending: Buffer = CRLF;

  constructor(boundary: string) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** How many bytes are kept back at the moment. */
  get pendingBytes(): number {
    return this.#pending.length;
  }

  /**
   * Reads the next chunk. The events must be consumed before the next call; their bytes may be views of `chunk`.
   * @throws MultipartError when the body is not multipart of this boundary.
   */
  *push(chunk: Uint8Array): Generator<MultipartEvent> {
    if (this.#state === "epilogue") return;
    const arrived = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#pending = this.#pending.length === 0 ? arrived : Buffer.concat([this.#pending, arrived]);
    while (true) {
      const before: State = this.#state;
      if (before === "preamble" || before === "data") yield* this.#readUpToDelimiter();
      else if (before === "delimiter") this.#readDelimiterEnd();
      else if (before === "head") yield* this.#readHead();
      else this.#pending = Buffer.alloc(0);
      if (this.#state === before) break;
    }
    // Without this copy the few bytes kept back would keep the whole chunk alive.
    this.#pending = Buffer.from(this.#pending);
  }

  /** @throws MultipartError when the body ended before its closing boundary. */
  finish(): void {
    if (this.#state !== "epilogue") {
      throw new MultipartError(
        "incomplete",
        `the body ended in its ${this.#state}, before the closing boundary`,
      );
    }
  }

  *#readUpToDelimiter(): Generator<MultipartEvent> {
    const found = this.#pending.indexOf(this.#delimiter);
    // What cannot be the beginning of a delimiter that the next chunk completes is data for certain.
    const length = found >= 0 ? found : Math.max(0, this.#pending.length - this.#delimiter.length + 1);
    const bytes = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(found >= 0 ? found + this.#delimiter.length : length);
    if (this.#state === "data") {
      if (bytes.length > 0) yield { kind: "data", bytes };
      if (found >= 0) yield { kind: "end" };
    }
    if (found >= 0) this.#state = "delimiter";
  }

  #readDelimiterEnd(): void {
    // RFC 2046 allows blanks between a boundary and the end of its line.
    let blanks = 0;
    while (this.#pending[blanks] === 0x20 || this.#pending[blanks] === 0x09) blanks++;
    this.#pending = this.#pending.subarray(blanks);
    if (this.#pending.length < 2) return;
    const mark = this.#pending.toString("latin1", 0, 2);
    if (mark !== "--" && mark !== "\r\n") {
      throw new MultipartError("malformed", "a boundary is followed by neither a line break nor two hyphens");
    }
    this.#state = mark === "--" ? "epilogue" : "head";
    this.#pending = this.#pending.subarray(2);
  }

  *#readHead(): Generator<MultipartEvent> {
    const end = this.#pending.indexOf(HEAD_END);
    const length = end < 0 ? this.#pending.length : end;
    if (length > MAX_HEAD_BYTES) {
      throw new MultipartError("malformed", `the headers of a part exceed ${MAX_HEAD_BYTES} bytes`);
    }
    if (end < 0) return;
    const head = parsePartHead(this.#pending.toString("utf8", 0, end));
    this.#pending = this.#pending.subarray(end + HEAD_END.length);
    this.#state = "data";
    yield { kind: "part", head };
  }
}
