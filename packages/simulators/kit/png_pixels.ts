/**
 * PNG images as plain pixels. fast-png hands the image over as it is stored: packed bits, palette indices and a
 * transparent colour beside the pixels. Here it becomes one sample per channel, 8 or 16 bits, nothing beside it.
 * Format: w3.org/TR/png-3.
 */
import { convertIndexedToRgb, decode, type DecodedPng, encode, hasPngSignature } from "fast-png";

/** Samples row by row from the top left, the channels of a pixel together. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
  readonly channels: number;
  readonly data: Uint8Array | Uint16Array;
}

/** The largest image that is decoded, in pixels; more would need gigabytes once it is scaled up. */
export const MAX_PIXELS = 16_000_000;

/** Bytes that are no PNG image, or one that is too large. */
export class PngError extends Error {
  override readonly name = "PngError";
}

/**
 * The size a PNG announces in its first chunk, or undefined when `bytes` (the first 24 suffice) is no PNG.
 */
export function announcedSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  if (bytes.length < 24 || !hasPngSignature(bytes)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/**
 * Decodes a PNG and checks the checksum of every chunk.
 * @throws PngError when the bytes are damaged, no PNG, or exceed `MAX_PIXELS`.
 */
export function decodePixels(bytes: Uint8Array): Pixels {
  const size = announcedSize(bytes);
  if (!size) throw new PngError("the bytes do not begin as a PNG");
  // Before decoding: the announced size alone decides how much memory is taken.
  if (size.width * size.height > MAX_PIXELS) {
    throw new PngError(`${size.width} x ${size.height} pixels exceed ${MAX_PIXELS}`);
  }
  try {
    const png = decode(bytes, { checkCrc: true });
    if (png.width < 1 || png.height < 1) throw new RangeError(`the size is ${png.width} x ${png.height}`);
    return plain(png);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PngError(`cannot decode the PNG: ${reason}`, { cause: error });
  }
}

/** The pixels as a PNG file. */
export function encodePixels({ width, height, channels, data }: Pixels): Uint8Array {
  return encode({ width, height, channels, data, depth: data instanceof Uint16Array ? 16 : 8 });
}

function plain(png: DecodedPng): Pixels {
  const { width, height } = png;
  if (png.palette) {
    const data = convertIndexedToRgb(png);
    return { width, height, channels: data.length / (width * height), data };
  }
  const samples = png.depth < 8 ? unpackGrey(png) : png.data;
  const data = samples instanceof Uint16Array ? samples : new Uint8Array(samples);
  const transparent = png.transparency && [...png.transparency].map((sample) => scaled(sample, png.depth));
  const opaque = { width, height, channels: png.channels, data };
  return transparent ? withAlpha(opaque, transparent) : opaque;
}

/** A sample of 1, 2 or 4 bits on the scale of 8 bits; others as they are. */
function scaled(sample: number, depth: number): number {
  return depth < 8 ? sample * (255 / (2 ** depth - 1)) : sample;
}

/** Only grey images have less than 8 bits per sample, and each row of them begins with a new byte. */
function unpackGrey({ width, height, depth, data }: DecodedPng): Uint8Array {
  const bytesPerRow = Math.ceil((width * depth) / 8);
  const grey = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const byte = data[y * bytesPerRow + (bit >> 3)] ?? 0;
      const sample = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
      grey[y * width + x] = scaled(sample, depth);
    }
  }
  return grey;
}

function withAlpha({ width, height, channels, data }: Pixels, transparent: readonly number[]): Pixels {
  const opaque = data instanceof Uint16Array ? 65_535 : 255;
  const samples = width * height * (channels + 1);
  const result = data instanceof Uint16Array ? new Uint16Array(samples) : new Uint8Array(samples);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const colour = data.subarray(pixel * channels, (pixel + 1) * channels);
    result.set(colour, pixel * (channels + 1));
    const isTransparent = colour.every((sample, channel) => sample === transparent[channel]);
    result[pixel * (channels + 1) + channels] = isTransparent ? 0 : opaque;
  }
  return { width, height, channels: channels + 1, data: result };
}
