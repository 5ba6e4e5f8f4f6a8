/** Fetches the images that a task is to work on, from wherever they lie, as the provider has to. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

/** What KIE takes (kie.md#submit); other providers do not say. */
const MAX_BYTES = 10 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

/** An image as it came. */
export interface InputImage {
  readonly url: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** An image that cannot be had or is none. The message is for whoever asked for it; the providers' own texts are not documented. */
export class InputImageError extends Error {
  override readonly name = "InputImageError";
}

/**
 * Fetches one image and looks at its first bytes.
 * @param at where it is had, if not at the address that names it.
 * @throws InputImageError; the signal's reason when aborted.
 */
export async function fetchImage(url: string, signal: AbortSignal, at = url): Promise<InputImage> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(at, { signal: AbortSignal.any([signal, timeout]) });
    if (!response.ok) {
      await response.body?.cancel();
      throw new InputImageError(`Failed to fetch the image: HTTP ${response.status}`);
    }
    return { url, ...await digestOf(response) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof InputImageError) throw error;
    throw new InputImageError(`Failed to fetch the image: ${error instanceof Error ? error.message : error}`);
  }
}

/** Looks at an image that came with a request; its name stands for its address. @throws InputImageError */
export async function sentImage(file: File): Promise<InputImage> {
  return { url: file.name, ...await digestOf(new Response(file)) };
}

async function digestOf(response: Response): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  let head = Buffer.alloc(0);
  for await (const piece of response.body ?? []) {
    if (head.length < 12) head = Buffer.concat([head, piece.subarray(0, 12)]);
    bytes += piece.length;
    if (bytes > MAX_BYTES) throw new InputImageError("The image is larger than 10MB");
    hash.update(piece);
  }
  if (!isImage(head.toString("latin1"))) {
    throw new InputImageError("The file is not an image (jpeg, png, webp)");
  }
  return { bytes, sha256: hash.digest("hex") };
}

function isImage(head: string): boolean {
  return head.startsWith("\x89PNG\r\n\x1a\n") || head.startsWith("\xff\xd8\xff") ||
    (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP");
}
