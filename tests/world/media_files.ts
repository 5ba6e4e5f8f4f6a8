/** Files to publish, each like no other, so that a post tells whose it is by what is in it. */
import { createHash, randomBytes } from "node:crypto";
import { Buffer } from "node:buffer";

/** A file of a publication. */
export interface File {
  readonly type: "image/jpeg" | "video/mp4" | "application/pdf";
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
}

/** What begins as a square JPEG does. */
export function picture(bytes = 2_048): File {
  const head = Buffer.from(
    "ffd8ffe000104a46494600010100000100010000ffc0001108000000000301220002110103110100",
    "hex",
  );
  head.writeUInt16BE(1080, 25);
  head.writeUInt16BE(1080, 27);
  return fileOf("image/jpeg", head, bytes);
}

/** What begins as an MP4 does. */
export function film(bytes = 4_096): File {
  return fileOf("video/mp4", Buffer.from("00000020667479706d70343200000000", "hex"), bytes);
}

/** What begins as a PDF does. */
export function document(bytes = 3_000): File {
  return fileOf("application/pdf", Buffer.from("%PDF-1.7\n"), bytes);
}

function fileOf(type: File["type"], head: Buffer, size: number): File {
  const bytes = new Uint8Array(size);
  bytes.set(randomBytes(size));
  bytes.set(head);
  return { type, bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}
