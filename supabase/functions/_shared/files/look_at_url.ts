/**
 * The first look at a file that somebody names by its address: is it there, how long is it, what is it? Its head is asked
 * for, and its first bytes; the file itself is fetched later, by a worker. Its bytes can be read by parts meanwhile, where
 * its server knows of them.
 */
import { fetchResult } from "./fetch_result.ts";
import type { MediaBytes } from "./media_bytes.ts";
import { OutputError } from "./output_error.ts";
import { totalOf } from "./range.ts";
import { sniff, SNIFF_BYTES } from "./sniff.ts";

/** How long the other side may take for each answer, in milliseconds: somebody waits. */
const ANSWER_MS = 8_000;
/** What is kept of a file whose server knows of no parts. */
const KEPT_BYTES = 256 * 1024;
/** Servers that sign addresses may have signed them for GET alone, and some know no HEAD. */
const NOT_FOR_HEAD: readonly number[] = [400, 401, 403, 405, 501];

/** A file at an address, as far as it shows. */
export interface UrlLook {
  /** By its first bytes; null for none that Esteira knows. */
  type: string | null;
  source: MediaBytes;
}

/** The file cannot be had: nobody answers, it is not there, or it does not say how long it is. */
export class MediaUnreachable extends Error {
  override readonly name = "MediaUnreachable";
  constructor(message: string, readonly status: number | null = null) {
    super(message);
  }
}

/**
 * Looks at the file at `address`: https, on a public host, redirects too.
 * @throws MediaUnreachable, RefusedAddress
 */
export async function lookAtUrl(address: string, answerMs: number = ANSWER_MS): Promise<UrlLook> {
  const head = await ask(address, { method: "HEAD", answerMs });
  await head.response.body?.cancel();
  if (!head.response.ok && !NOT_FOR_HEAD.includes(head.response.status)) throw answered(head.response.status);
  const { response, abort } = await ask(address, { headers: rangeOf(0, KEPT_BYTES), answerMs });
  const bytes = totalOf(response);
  try {
    // A part of nothing is none: RFC 9110 §14.4.
    if (response.status === 416) {
      return {
        type: null,
        source: { bytes: 0, read: () => Promise.resolve(new Uint8Array()) },
      };
    }
    if (response.status !== 200 && response.status !== 206) throw answered(response.status);
    if (bytes === null) throw new MediaUnreachable("The file's server does not say how long it is");
    const first = await beginning(response, Math.min(bytes, KEPT_BYTES), answerMs);
    return {
      type: sniff(first.subarray(0, SNIFF_BYTES), address, response.headers.get("content-type")),
      source: sourceOf(address, bytes, first, response.status === 206),
    };
  } finally {
    abort();
    await response.body?.cancel().catch(() => {});
  }
}

function sourceOf(
  address: string,
  bytes: number,
  first: Uint8Array<ArrayBuffer>,
  hasParts: boolean,
): MediaBytes {
  return {
    bytes,
    read: async (from, to, signal) => {
      if (to <= first.length) return first.slice(from, to);
      if (!hasParts) throw new MediaUnreachable("The file's server knows of no parts");
      return await readPart(address, from, to, signal);
    },
  };
}

async function readPart(
  address: string,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const { response, abort } = await ask(address, { headers: rangeOf(from, to), answerMs: ANSWER_MS });
  signal.addEventListener("abort", abort, { once: true });
  try {
    if (response.status !== 206 || !response.headers.get("content-range")?.startsWith(`bytes ${from}-`)) {
      throw answered(response.status);
    }
    const part = await beginning(response, to - from, ANSWER_MS);
    if (part.length < to - from) throw new MediaUnreachable("The file broke off");
    return part;
  } finally {
    signal.removeEventListener("abort", abort);
    abort();
  }
}

const rangeOf = (from: number, to: number) => ({ range: `bytes=${from}-${to - 1}` });

async function ask(
  address: string,
  question: Parameters<typeof fetchResult>[1],
): ReturnType<typeof fetchResult> {
  try {
    return await fetchResult(address, question);
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    throw new MediaUnreachable(error.message.replace("The result", "The file"));
  }
}

function answered(status: number): MediaUnreachable {
  return new MediaUnreachable(`The file's server answered HTTP ${status}`, status);
}

/** The first bytes of a body, `size` at the most, for as long as they come. */
async function beginning(response: Response, size: number, ms: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  const reader = response.body?.getReader();
  const timer = setTimeout(() => reader?.cancel().catch(() => {}), ms);
  try {
    while (reader && filled < size) {
      const { value, done } = await reader.read();
      if (done) break;
      bytes.set(value.subarray(0, size - filled), filled);
      filled += Math.min(value.length, size - filled);
    }
  } catch {
    throw new MediaUnreachable("The file broke off");
  } finally {
    clearTimeout(timer);
    reader?.releaseLock();
  }
  return bytes.slice(0, filled);
}
