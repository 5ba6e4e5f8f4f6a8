/** Two pictures in one, as a stand-in for a person in another's pose or clothes: whoever looks sees what went into it. */
import { decode } from "fast-png";
import type { Picture } from "./landscape.ts";

/** How large the smaller picture is, and how far from the edge, as shares of the side. */
const SHARE = 0.34;
const MARGIN = 0.045;
const FRAME = 0.012;

/** Paints the second, with the first in its lower corner; undefined where one is no PNG of 8 bits a channel. */
export function paintCollage(first: Uint8Array, second: Uint8Array, side: number): Picture | undefined {
  const [small, large] = [pixelsOf(first), pixelsOf(second)];
  if (!small || !large) return undefined;
  const data = new Uint8Array(side * side * 3);
  const from = side * (1 - SHARE - MARGIN), to = side * (1 - MARGIN), frame = side * FRAME;
  const isWithin = (at: number, room: number) => at >= from - room && at < to + room;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const target = (y * side + x) * 3;
      if (isWithin(x, 0) && isWithin(y, 0)) {
        data.set(small((x - from) / (to - from), (y - from) / (to - from)), target);
      } else if (isWithin(x, frame) && isWithin(y, frame)) data.set([255, 255, 255], target);
      else data.set(large(x / side, y / side), target);
    }
  }
  return { width: side, height: side, data };
}

/** The colour at a place, from 0 to 1 in both directions, of the square in a picture's middle. */
function pixelsOf(file: Uint8Array): ((x: number, y: number) => number[]) | undefined {
  try {
    const { width, height, channels, data, depth, palette } = decode(file);
    if (depth !== 8 || palette) return undefined;
    const side = Math.min(width, height), left = (width - side) / 2, top = (height - side) / 2;
    return (x, y) => {
      const at = (Math.floor(top + y * side) * width + Math.floor(left + x * side)) * channels;
      return channels < 3 ? [data[at]!, data[at]!, data[at]!] : [data[at]!, data[at + 1]!, data[at + 2]!];
    };
  } catch {
    return undefined;
  }
}
