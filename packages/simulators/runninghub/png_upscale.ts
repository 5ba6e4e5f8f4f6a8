/** Makes a PNG twice as wide and twice as high: work that can be checked pixel by pixel. */
import { decodePixels, encodePixels, type Pixels } from "../kit/png_pixels.ts";

/** An image file and its size in pixels. */
export interface ScaledPng {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Doubles width and height by nearest neighbour: each pixel becomes a block of 2 x 2. Blocks the thread for up to
 * one and a half seconds per million source pixels; see `upscaleInBackground`.
 * @throws PngError when `bytes` is not an intact PNG of acceptable size.
 */
export function upscalePng(bytes: Uint8Array): ScaledPng {
  const doubled = double(decodePixels(bytes));
  return { bytes: encodePixels(doubled), width: doubled.width, height: doubled.height };
}

function double({ width, height, channels, data }: Pixels): Pixels {
  const rowSamples = width * 2 * channels;
  const result = data instanceof Uint16Array
    ? new Uint16Array(rowSamples * height * 2)
    : new Uint8Array(rowSamples * height * 2);
  for (let y = 0; y < height; y++) {
    const rowAt = y * 2 * rowSamples;
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const sample = data[(y * width + x) * channels + channel] ?? 0;
        const at = rowAt + x * 2 * channels + channel;
        result[at] = sample;
        result[at + channels] = sample;
      }
    }
    result.copyWithin(rowAt + rowSamples, rowAt, rowAt + rowSamples);
  }
  return { width: width * 2, height: height * 2, channels, data: result };
}
