/** What a file really is, by its first bytes; its name and declared type can say anything. */

// Brands of still images (HEIC, AVIF, Canon raw) and sound in the container that MP4 uses.
const NOT_VIDEO = /^(hei[cxms]|hev[cxms]|mif1|msf1|avi[fs]|M4[AB] |crx )$/;

const SIGNATURES: readonly {
  type: string;
  matches: (bytes: Uint8Array) => boolean;
}[] = [
  {
    type: "image/png",
    matches: startsWith([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  },
  { type: "image/jpeg", matches: startsWith([0xff, 0xd8, 0xff]) },
  {
    type: "image/webp",
    matches: (bytes) => text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WEBP",
  },
  {
    type: "image/gif",
    matches: (bytes) => /^GIF8[79]a$/.test(text(bytes, 0, 6)),
  },
  // ISO base media: the brand after "ftyp" tells QuickTime from MP4.
  {
    type: "video/quicktime",
    matches: (bytes) => text(bytes, 4, 8) === "ftyp" && text(bytes, 8, 12) === "qt  ",
  },
  {
    type: "video/mp4",
    matches: (bytes) => text(bytes, 4, 8) === "ftyp" && !NOT_VIDEO.test(text(bytes, 8, 12)),
  },
];

/** How many bytes `sniff` looks at. */
export const SNIFF_BYTES = 16;

/** The media type that the first bytes of a file show, or null for none that Esteira handles. */
export function sniff(bytes: Uint8Array): string | null {
  return SIGNATURES.find(({ matches }) => matches(bytes))?.type ?? null;
}

function startsWith(signature: number[]): (bytes: Uint8Array) => boolean {
  return (bytes) => signature.every((byte, index) => bytes[index] === byte);
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.slice(from, to));
}
