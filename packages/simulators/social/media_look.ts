/** What a file is by its first bytes: platforms do not believe what its name says. */
import { Buffer } from "node:buffer";

/** How many of a file's first bytes `lookAt` wants to see; a JPEG says its size somewhere in them. */
export const LOOK_BYTES = 64 * 1024;

/** What was seen. */
export interface MediaLook {
  /** A media type, or `unknown`. */
  readonly type: string;
  /** In pixels, where the first bytes tell. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** Looks at a file. */
export function lookAt(bytes: Uint8Array): MediaLook {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, LOOK_BYTES));
  const has = (text: string, at = 0) => head.subarray(at, at + text.length).toString("latin1") === text;
  if (has("\xff\xd8\xff")) return withSize("image/jpeg", jpegSize(head));
  if (has("\x89PNG\r\n\x1a\n") && head.length >= 24) {
    return { type: "image/png", size: { width: head.readUInt32BE(16), height: head.readUInt32BE(20) } };
  }
  if ((has("GIF87a") || has("GIF89a")) && head.length >= 10) {
    return { type: "image/gif", size: { width: head.readUInt16LE(6), height: head.readUInt16LE(8) } };
  }
  if (has("RIFF") && has("WEBP", 8)) return { type: "image/webp" };
  if (has("ftypqt", 4)) return { type: "video/quicktime" };
  if (has("ftyp", 4)) return { type: "video/mp4" };
  if (has("\x1a\x45\xdf\xa3")) return { type: "video/webm" };
  return { type: "unknown" };
}

function withSize(type: string, size: MediaLook["size"]): MediaLook {
  return size ? { type, size } : { type };
}

/** Of the first frame header; the segments before it say how long they are. */
function jpegSize(head: Buffer): MediaLook["size"] {
  for (let at = 2; at + 9 < head.length && head[at] === 0xff;) {
    const marker = head[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: head.readUInt16BE(at + 5), width: head.readUInt16BE(at + 7) };
    }
    at += 2 + head.readUInt16BE(at + 2);
  }
  return undefined;
}
