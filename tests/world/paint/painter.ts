/** Paints what the simulators leave where people look: films and photographs come back, words become landscapes. */
import { encode } from "fast-png";
import type { Paint } from "@esteira/simulators/kit/painting";
import { paintCollage } from "./collage.ts";
import { paintLandscape } from "./landscape.ts";

/** Pixels in each direction. */
const SIDE = 512;

export const paint: Paint = ({ type, texts, seed, files }) => {
  const [first, second] = files;
  if (type === "video/mp4") {
    return Promise.resolve(first && isFilm(first) ? { bytes: first, type: "video/mp4" } : undefined);
  }
  if (type !== "image/png" && type !== "image/jpeg") return Promise.resolve(undefined);
  if (first && !second && isJpeg(first)) return Promise.resolve({ bytes: first, type: "image/jpeg" });
  const picture = first && second ? paintCollage(first, second, SIDE) : undefined;
  const { width, height, data } = picture ?? paintLandscape(`${texts[0] ?? ""} ${seed}`, SIDE);
  const bytes = encode({ width, height, data, channels: 3, depth: 8 });
  return Promise.resolve({ bytes, type: "image/png" });
};

function isFilm(file: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(file.subarray(4, 8)) === "ftyp";
}

function isJpeg(file: Uint8Array): boolean {
  return file[0] === 0xff && file[1] === 0xd8;
}
