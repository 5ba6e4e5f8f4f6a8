/** What a file really is, by its first bytes; its name and declared type can say anything. */
import { documentType } from "./document_type.ts";

// Brands of the container that MP4 uses: still images (HEIC, AVIF, Canon raw), and sound.
const NO_FILM = /^(hei[cxms]|hev[cxms]|mif1|msf1|avi[fs]|crx )$/;
const SOUND = /^M4[AB] $/;

type Look = (bytes: Uint8Array) => boolean;

const SIGNATURES: readonly (readonly [type: string, matches: Look])[] = [
  ["image/png", startsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
  ["image/jpeg", startsWith(0xff, 0xd8, 0xff)],
  ["image/webp", (bytes) => text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WEBP"],
  ["image/gif", (bytes) => /^GIF8[79]a$/.test(text(bytes, 0, 6))],
  // ISO base media: the brand after "ftyp" tells what is in it.
  ["video/quicktime", (bytes) => brand(bytes) === "qt  "],
  ["audio/mp4", (bytes) => SOUND.test(brand(bytes))],
  ["video/mp4", (bytes) => brand(bytes) !== "" && !NO_FILM.test(brand(bytes))],
  ["audio/wav", (bytes) => text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WAVE"],
  ["audio/flac", (bytes) => text(bytes, 0, 4) === "fLaC"],
  // The first page of an Ogg stream says what is in it (RFC 3533 §6, RFC 7845 §5.1, Vorbis I §4.2.1): no film.
  // deno-lint-ignore no-control-regex
  ["audio/ogg", (bytes) => /^(OpusHead|\x01vorbis|\x7fFLAC|Speex {3})/.test(firstPacket(bytes))],
  ["audio/mpeg", (bytes) => text(bytes, 0, 3) === "ID3" || isMpegAudio(bytes)],
  ["audio/aac", (bytes) => isAdts(bytes)],
  ["application/pdf", (bytes) => text(bytes, 0, 5) === "%PDF-"],
];

/** How many bytes `sniff` looks at. */
export const SNIFF_BYTES = 64;

/**
 * The media type that the first bytes of a file show, or null for none that Esteira knows. `said`: its name, its address or
 * the type that it is said to have; asked only where the first bytes are the same for several kinds of documents.
 */
export function sniff(bytes: Uint8Array, ...said: readonly (string | null)[]): string | null {
  return SIGNATURES.find(([, matches]) => matches(bytes))?.[0] ?? documentType(bytes, said);
}

function startsWith(...signature: number[]): Look {
  return (bytes) => signature.every((byte, index) => bytes[index] === byte);
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.slice(from, to));
}

function brand(bytes: Uint8Array): string {
  return text(bytes, 4, 8) === "ftyp" && bytes.length >= 12 ? text(bytes, 8, 12) : "";
}

function firstPacket(bytes: Uint8Array): string {
  const segments = bytes[26] ?? 0;
  return text(bytes, 0, 4) === "OggS" ? text(bytes, 27 + segments, 27 + segments + 8) : "";
}

/** The head of a frame of layer II or III (ISO/IEC 11172-3 §2.4.1.3), with no field that is reserved. */
function isMpegAudio([a = 0, b = 0, c = 0xff]: Uint8Array): boolean {
  const layer = b & 0x06;
  return a === 0xff && (b & 0xe0) === 0xe0 && (b & 0x18) !== 0x08 && (layer === 0x02 || layer === 0x04) &&
    (c & 0xf0) !== 0xf0 && (c & 0x0c) !== 0x0c;
}

/** The head of an ADTS frame (ISO/IEC 13818-7 §6.2). */
function isAdts([a = 0, b = 0, c = 0xff]: Uint8Array): boolean {
  return a === 0xff && (b & 0xf6) === 0xf0 && (c & 0x3c) <= 0x30;
}
