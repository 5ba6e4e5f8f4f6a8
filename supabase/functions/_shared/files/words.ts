/** Results that are text: whether bytes are text at all, what kind, and whether they stay text to their end. */
import { OutputError } from "./output_error.ts";

// Tab, line feed, form feed and carriage return are all that text needs of the control characters.
// deno-lint-ignore no-control-regex
const CONTROL = /[\0-\x08\x0b\x0e-\x1f\x7f]/;

/** Looks at text as it passes through: UTF-8 without control characters. */
export class TextCheck {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #isInside: boolean;

  /** `isInside`: what comes first may be the rest of a character whose beginning passed earlier. */
  constructor({ isInside = false } = {}) {
    this.#isInside = isInside;
  }

  /** @throws OutputError output_wrong_type */
  pass(bytes: Uint8Array): void {
    let start = 0;
    if (this.#isInside) {
      while (start < Math.min(3, bytes.length) && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
      this.#isInside = false;
    }
    this.#check(bytes.subarray(start), true);
  }

  /** No more will come. @throws OutputError output_wrong_type */
  end(): void {
    this.#check(new Uint8Array(), false);
  }

  #check(bytes: Uint8Array, stream: boolean): void {
    let text: string;
    try {
      text = this.#decoder.decode(bytes, { stream });
    } catch {
      throw new OutputError("output_wrong_type", "The result is said to be text, and is no UTF-8");
    }
    if (CONTROL.test(text)) {
      throw new OutputError(
        "output_wrong_type",
        "The result is said to be text, and has control characters in it",
      );
    }
  }
}

/** Whether the first bytes of a file are text. They may end within a character. */
export function isText(first: Uint8Array): boolean {
  try {
    new TextCheck().pass(first);
    return true;
  } catch {
    return false;
  }
}

// What proxies, Storages and sites answer instead of a file: HTML, and XML as S3 speaks it.
const PAGE = /^\s*<(!doctype|!--|\?xml|html|head|body|title|error|center|h1|pre|p>)/i;

/**
 * The media types that text may be, the most telling first, by how it begins. A page of HTML or XML is none: it is what
 * somebody says instead of the result.
 */
export function textTypes(first: Uint8Array): string[] {
  const begins = new TextDecoder().decode(first.subarray(0, 512));
  if (PAGE.test(begins)) return [];
  if (/^WEBVTT(\s|$)/.test(begins)) return ["text/vtt", "text/plain"];
  if (/^\s*\d+\s*\r?\n\d\d:\d\d:\d\d[,.]\d{3} --> /.test(begins)) {
    return ["application/x-subrip", "text/plain"];
  }
  // JSON that is not asked for is an error's.
  if (/^\s*[{[]/.test(begins)) return ["application/json"];
  return ["text/plain"];
}
