/** The size of an image, by its header: PNG, GIF, WebP and JPEG. */
import type { MediaReader } from "./media_bytes.ts";

/** As it is shown, in pixels. */
export interface ImageSize {
  width: number;
  height: number;
}

/** More segments than a camera writes; a file of a million empty ones is no picture. */
const MOST_SEGMENTS = 500;

/** The size of an image of this type; null where its header does not say. */
export async function imageSize(reader: MediaReader, type: string): Promise<ImageSize | null> {
  const size = await measure(reader, type);
  return size && size.width > 0 && size.height > 0 ? size : null;
}

async function measure(reader: MediaReader, type: string): Promise<ImageSize | null> {
  if (type === "image/jpeg") return await sizeOfJpeg(reader);
  const head = view(await reader.read(0, 30));
  if (head.byteLength < 24) return null;
  switch (type) {
    case "image/png": // IHDR is the first chunk (PNG §5.6)
      return { width: head.getUint32(16), height: head.getUint32(20) };
    case "image/gif": // the logical screen (GIF89a §18)
      return { width: head.getUint16(6, true), height: head.getUint16(8, true) };
    case "image/webp":
      return head.byteLength < 30 ? null : sizeOfWebp(head);
    default:
      return null;
  }
}

/** The three kinds of WebP (RFC 9649 §2.5 to 2.7). */
function sizeOfWebp(head: DataView): ImageSize | null {
  const low14 = 0x3fff;
  switch (String.fromCharCode(...[12, 13, 14, 15].map((at) => head.getUint8(at)))) {
    case "VP8 ":
      return { width: head.getUint16(26, true) & low14, height: head.getUint16(28, true) & low14 };
    case "VP8L": {
      const bits = head.getUint32(21, true);
      return { width: (bits & low14) + 1, height: ((bits >>> 14) & low14) + 1 };
    }
    case "VP8X": {
      const int24 = (at: number) => head.getUint16(at, true) | (head.getUint8(at + 2) << 16);
      return { width: int24(24) + 1, height: int24(27) + 1 };
    }
    default:
      return null;
  }
}

/** The frame's header comes after segments that may be long: those are stepped over (ITU-T T.81, annex B). */
async function sizeOfJpeg(reader: MediaReader): Promise<ImageSize | null> {
  let isTurned = false;
  let at = 2;
  for (let n = 0; n < MOST_SEGMENTS; n++) {
    const head = view(await reader.read(at, at + 10));
    if (head.byteLength < 10 || head.getUint8(0) !== 0xff) return null;
    const marker = head.getUint8(1);
    if (marker === 0xff) { // a byte that fills
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const [height, width] = [head.getUint16(5), head.getUint16(7)];
      return isTurned ? { width: height, height: width } : { width, height };
    }
    if (marker === 0xd9 || marker === 0xda) return null; // its end, or a scan without a frame
    const length = head.getUint16(2);
    if (length < 2) return null;
    if (marker === 0xe1) isTurned ||= isSideways(await reader.read(at + 4, at + 2 + Math.min(length, 4096)));
    at += 2 + length;
  }
  return null;
}

/** Whether an Exif segment has the picture turned by a quarter (Exif 3.0, tag 0x0112: 5 to 8). */
function isSideways(segment: Uint8Array): boolean {
  const data = view(segment);
  if (data.byteLength < 20 || data.getUint32(0) !== 0x45786966) return false; // "Exif"
  const little = data.getUint16(6) === 0x4949;
  const directory = 6 + data.getUint32(10, little);
  if (directory + 2 > data.byteLength) return false;
  const entries = data.getUint16(directory, little);
  for (let n = 0; n < entries; n++) {
    const entry = directory + 2 + n * 12;
    if (entry + 12 > data.byteLength) return false;
    if (data.getUint16(entry, little) === 0x0112) return data.getUint16(entry + 8, little) >= 5;
  }
  return false;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
