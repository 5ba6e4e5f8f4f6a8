/** Files made from nothing but a seed: the same seed gives the same bytes, so that a copy can be compared. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { beginning, type MediaType } from "./media_types.ts";
import { encodePixels } from "./png_pixels.ts";

const BLOCK_BYTES = 64 * 1024;
/** Large enough to differ from every other, small enough that thousands cost nothing. */
const SIDE = 16;
const FILLING_BYTES = 1024;

/** A valid RGB PNG of `side` x `side` random pixels. */
export function generatedPng(seed: string, side: number): Uint8Array {
  const data = randomBytes(seed, side * side * 3);
  return encodePixels({ width: side, height: side, channels: 3, data });
}

/**
 * A small file, about 1 KB. A PNG is valid; the others begin and end like files of their type, with random bytes
 * where the picture, film or sound would be.
 */
export function generatedFile(seed: string, type: MediaType): Uint8Array {
  if (type === "image/png") return generatedPng(seed, SIDE);
  const filling = randomBytes(seed, FILLING_BYTES);
  return Buffer.concat([
    beginning(type, FILLING_BYTES),
    filling,
    type === "image/jpeg" ? END_OF_JPEG : Buffer.alloc(0),
  ]);
}

/**
 * The blocks of a file of exactly `bytes` bytes, made one by one while they are taken: the first bytes of its type,
 * then random ones. No two blocks are alike.
 */
export function* generatedBlocks(seed: string, type: MediaType, bytes: number): Generator<Uint8Array> {
  const pattern = Buffer.from(randomBytes(seed, BLOCK_BYTES));
  const start = beginning(type, Math.max(bytes - beginning(type, 0).length, 0));
  for (let at = 0, n = 0; at < bytes; at += BLOCK_BYTES, n++) {
    const block = Buffer.from(pattern);
    block.writeUInt32LE(n, BLOCK_BYTES - 4);
    block.writeUInt32LE(n, 60);
    if (n === 0) start.copy(block);
    yield block.subarray(0, Math.min(BLOCK_BYTES, bytes - at));
  }
}

const END_OF_JPEG = Buffer.of(0xff, 0xd9);

function randomBytes(seed: string, length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  const next = randomWords(seed);
  for (let at = 0; at < words.length; at++) words[at] = next();
  return new Uint8Array(words.buffer, 0, length);
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
