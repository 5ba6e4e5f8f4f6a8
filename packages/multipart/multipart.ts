/**
 * Reads `multipart/form-data` bodies part by part while they arrive: of a part of any size, never more than one
 * chunk is held in memory. Formats: RFC 2046 §5.1 (boundaries), RFC 7578 (form-data), WHATWG HTML
 * "multipart/form-data encoding algorithm" (escapes in names).
 */
import { Buffer } from "node:buffer";

/** One part of the body. */
export interface Part {
  readonly name: string;
  /** Present for files only. As the client sent it: never a path. */
  readonly fileName?: string;
  readonly contentType?: string;
  /** The content as it arrives. What is not read before the next part is asked for is skipped. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * The body is not the multipart that it claims to be. `code`: `no_boundary` (another content type, or no boundary in
 * it), `malformed`, `incomplete` (it ended before its closing boundary), `field_too_long`.
 */
export class MultipartError extends Error {
  constructor(readonly code: "no_boundary" | "malformed" | "incomplete" | "field_too_long", message: string) {
    super(message);
  }
}

const MAX_HEAD_BYTES = 16 * 1024;
const LINE_END = Buffer.from("\r\n");
const HEAD_END = Buffer.from("\r\n\r\n");

/**
 * Yields the parts of `body` in their order and reads it to its end, so that a client that is still sending gets to
 * read its answer. Leaving the loop early cancels the body.
 * @throws MultipartError
 */
export async function* readMultipart(
  body: AsyncIterable<Uint8Array>,
  contentType: string | null,
): AsyncGenerator<Part> {
  const delimiter = Buffer.from(`\r\n--${boundaryOf(contentType)}`);
  const source = new Source(body);
  try {
    while (await source.before(delimiter) !== undefined); // the preamble, which means nothing
    while (!await isClosing(source)) {
      const head = parseHead(await source.head());
      let ended = false;
      const next = async () => {
        const piece = ended ? undefined : await source.before(delimiter);
        ended ||= piece === undefined;
        return piece;
      };
      yield { ...head, bytes: piecesOf(next) };
      while (await next() !== undefined); // what the consumer left unread
    }
    await source.skipRest(); // the epilogue, which means nothing either
  } finally {
    await source.cancel();
  }
}

/**
 * The text of a part (UTF-8).
 * @throws MultipartError `field_too_long` when it has more than `maxBytes`.
 */
export async function partText(part: Part, maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of part.bytes) {
    length += piece.length;
    if (length > maxBytes) {
      throw new MultipartError("field_too_long", `The field "${part.name}" exceeds ${maxBytes} bytes`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

async function* piecesOf(next: () => Promise<Uint8Array | undefined>): AsyncGenerator<Uint8Array> {
  for (let piece = await next(); piece !== undefined; piece = await next()) yield piece;
}

/** Chunks in, pieces out. */
class Source {
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** Arrived but not handed on. Begins with a line break because the first boundary has none before it. */
  #held: Buffer = LINE_END;

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#chunks = body[Symbol.asyncIterator]();
  }

  /** The next bytes before `delimiter`, at least one; undefined when it is reached, which also consumes it. */
  async before(delimiter: Buffer): Promise<Buffer | undefined> {
    while (true) {
      const at = placeOf(delimiter, this.#held);
      if (at > 0) return this.#take(at);
      if (at === 0) {
        this.#take(delimiter.length);
        return undefined;
      }
      // What is too far from the end to be the beginning of a delimiter is content for certain.
      const certain = this.#held.length - delimiter.length + 1;
      if (certain > 0) return this.#take(certain);
      await this.#more();
    }
  }

  /** The header lines of a part, without the empty line that ends them. */
  async head(): Promise<string> {
    let head = Buffer.alloc(0);
    for (let piece = await this.before(HEAD_END); piece; piece = await this.before(HEAD_END)) {
      head = Buffer.concat([head, piece]);
      if (head.length > MAX_HEAD_BYTES) {
        throw new MultipartError("malformed", `The headers of a part exceed ${MAX_HEAD_BYTES} bytes`);
      }
    }
    return head.toString("utf8");
  }

  async byte(): Promise<string> {
    while (this.#held.length === 0) await this.#more();
    return this.#take(1).toString("latin1");
  }

  async skipRest(): Promise<void> {
    while (!(await this.#chunks.next()).done);
  }

  async cancel(): Promise<void> {
    await this.#chunks.return?.();
  }

  #take(length: number): Buffer {
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done) throw new MultipartError("incomplete", "The body ended before its closing boundary");
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
  }
}

/**
 * Where `needle` begins in `bytes`; -1: nowhere. As strings of one character per byte: the engine searches those itself, where
 * `Buffer.indexOf` of Deno 2.9 looks at each byte in JavaScript, twenty times as long.
 */
function placeOf(needle: Buffer, bytes: Buffer): number {
  return bytes.toString("latin1").indexOf(needle.toString("latin1"));
}

/** Reads what follows a boundary: two hyphens close the body, a line break (after blanks) begins a part. */
async function isClosing(source: Source): Promise<boolean> {
  let first = await source.byte();
  while (first === " " || first === "\t") first = await source.byte();
  const mark = first + await source.byte();
  if (mark !== "--" && mark !== "\r\n") {
    throw new MultipartError("malformed", "A boundary is followed by neither a line break nor two hyphens");
  }
  return mark === "--";
}

function boundaryOf(contentType: string | null): string {
  const found = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i
    .exec(contentType ?? "");
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) {
    throw new MultipartError("no_boundary", `"${contentType}" is not multipart/form-data with a boundary`);
  }
  return boundary;
}

function parseHead(text: string): Omit<Part, "bytes"> {
  const headers = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = headers.get("content-disposition") ?? "";
  const name = parameterOf(disposition, "name");
  if (name === undefined || !/^form-data\s*;/i.test(disposition)) {
    throw new MultipartError("malformed", "A part has no Content-Disposition: form-data with a name");
  }
  const fileName = parameterOf(disposition, "filename");
  const contentType = headers.get("content-type");
  return { name, ...fileName !== undefined && { fileName }, ...contentType !== undefined && { contentType } };
}

function parameterOf(header: string, parameter: string): string | undefined {
  const found = new RegExp(`;\\s*${parameter}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, "i").exec(header);
  // Browsers write quotes and line breaks as %22, %0D, %0A; curl writes quotes and backslashes as \" and \\.
  return (found?.[1] ?? found?.[2])?.replace(
    /\\(["\\])|%(22|0D|0A)/gi,
    (_, escaped?: string, hex?: string) => escaped ?? String.fromCharCode(parseInt(hex ?? "", 16)),
  );
}
