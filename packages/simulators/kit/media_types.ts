/** The types of generated files: the endings of their names, and the bytes that they begin with. */
import { Buffer } from "node:buffer";

/** What can be generated, and the ending of its file names. */
export const ENDINGS = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "video/mp4": "mp4",
  "audio/mpeg": "mp3",
  "audio/wav": "wav",
  "audio/opus": "opus",
  "audio/flac": "flac",
  "audio/aac": "aac",
} as const;

/** A content type that can be generated. */
export type MediaType = keyof typeof ENDINGS;

/** The bytes before the content, where `length` more follow. */
export function beginning(type: MediaType, length: number): Buffer {
  switch (type) {
    case "image/png":
      return Buffer.of(137, 80, 78, 71, 13, 10, 26, 10);
    case "image/jpeg":
      return hex("ffd8ffe000104a46494600010100000100010000");
    case "image/webp":
      return Buffer.concat([text("RIFF"), int32LE(length + 12), text("WEBPVP8L"), int32LE(length)]);
    case "video/mp4":
      // A box `ftyp` of 24 bytes, then the head of a box `mdat` (ISO/IEC 14496-12 §4.2).
      return Buffer.concat([
        hex("00000018667479706d703432000000006d70343269736f6d"),
        int32BE(length + 8),
        text("mdat"),
      ]);
    case "audio/mpeg":
      return hex("fff3e4c4"); // a frame of MPEG-2 layer III, mono, 24 kHz (ISO/IEC 13818-3)
    case "audio/wav":
      // Whoever streams a WAV does not know how long it will be, and says that it is as long as can be.
      return Buffer.concat([
        text("RIFF"),
        hex("ffffffff"),
        text("WAVEfmt "),
        hex("1000000001000100c05d000080bb000002001000"), // PCM, mono, 24 kHz, 16 bits
        text("data"),
        hex("ffffffff"),
      ]);
    case "audio/opus":
      // The first page of an Ogg stream (RFC 3533 §6) with the head of Opus in it (RFC 7845 §5.1).
      return Buffer.concat([
        text("OggS"),
        hex("00020000000000000000010000000000000000000000" + "0113"),
        text("OpusHead"),
        hex("0101380100c05d00000000"),
      ]);
    case "audio/flac":
      return Buffer.concat([text("fLaC"), hex("80000022")]); // one block of metadata (RFC 9639 §8)
    case "audio/aac":
      return hex("fff15840"); // an ADTS frame, AAC-LC, mono, 24 kHz (ISO/IEC 13818-7 §6.2)
  }
}

function text(characters: string): Buffer {
  return Buffer.from(characters, "latin1");
}

function hex(digits: string): Buffer {
  return Buffer.from(digits, "hex");
}

function int32LE(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function int32BE(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
