/** The size of a film, in pixels, as the header of its first track with one says it (ISO/IEC 14496-12, `tkhd`). */
import { Buffer } from "node:buffer";

/** Undefined: it is not in these first bytes. */
export function mp4Size(head: Uint8Array): { width: number; height: number } | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  for (let at = bytes.indexOf("tkhd", 0, "latin1"); at !== -1; at = bytes.indexOf("tkhd", at + 4, "latin1")) {
    // Version 1 has three times of eight bytes where version 0 has four each.
    const sizeAt = at + 4 + (bytes[at + 4] === 1 ? 88 : 76);
    if (sizeAt + 8 > bytes.length) return undefined;
    const [width, height] = [bytes.readUInt16BE(sizeAt), bytes.readUInt16BE(sizeAt + 4)];
    if (width > 0 && height > 0) return { width, height };
  }
  return undefined;
}
