/** Files made from nothing but a seed: the same seed gives the same bytes, so that a copy can be compared. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { encodePixels } from "../kit/png_pixels.ts";

const PNG_SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const BLOCK_BYTES = 64 * 1024;

/** A valid RGB PNG of `side` x `side` random pixels. */
export function generatedPng(seed: string, side: number): Uint8Array {
  const data = new Uint8Array(side * side * 3);
  const words = randomWords(seed);
  for (let at = 0; at < data.length; at++) data[at] = words();
  return encodePixels({ width: side, height: side, channels: 3, data });
}

/**
 * Writes `bytes` random bytes to `path` block by block; the first eight are the PNG signature, the rest is no image.
 * @returns the SHA-256 of the file, in lower-case hexadecimal.
 */
export async function writeRandomFile(
  path: string,
  { seed, bytes, signal }: { seed: string; bytes: number; signal: AbortSignal },
): Promise<string> {
  const words = randomWords(seed);
  const hash = createHash("sha256");
  using file = await Deno.open(path, { createNew: true, write: true });
  for (let written = 0; written < bytes;) {
    signal.throwIfAborted();
    const words32 = new Uint32Array(BLOCK_BYTES / 4);
    for (let at = 0; at < words32.length; at++) words32[at] = words();
    const block = new Uint8Array(words32.buffer, 0, Math.min(BLOCK_BYTES, bytes - written));
    if (written === 0) block.set(PNG_SIGNATURE.subarray(0, block.length));
    hash.update(block);
    for (let at = 0; at < block.length;) at += await file.write(block.subarray(at));
    written += block.length;
  }
  return hash.digest("hex");
}

/** Marsaglia's xorshift32, seeded with a digest of `seed`. Nothing here needs to be unpredictable. */
function randomWords(seed: string): () => number {
  let state = Buffer.from(createHash("sha256").update(seed).digest()).readUInt32LE(0) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
