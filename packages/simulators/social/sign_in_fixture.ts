/** What tests of platforms share: a person who agrees, and files that are what they say. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, randomBytes } from "node:crypto";

/** Where sign-ins lead back to. Nobody listens there: the redirect is read, not followed. */
export const REDIRECT_URI = "http://127.0.0.1:9/callback";

/** Opens a sign-in page and agrees. @returns the address that it leads back to. */
export async function agree(page: URL): Promise<URL> {
  const response = await fetch(page, { redirect: "manual" });
  assert.equal(response.status, 302, await response.text());
  return new URL(response.headers.get("location") ?? "");
}

/** A verifier and its challenge. */
export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** What begins as a JPEG of this size does, and is of so many bytes. */
export function jpeg(width = 1080, height = 1080, bytes = 2048): Uint8Array<ArrayBuffer> {
  const head = Buffer.from(
    "ffd8ffe000104a46494600010100000100010000ffc0001108000000000301220002110103110100",
    "hex",
  );
  head.writeUInt16BE(height, 25);
  head.writeUInt16BE(width, 27);
  return filled(head, bytes);
}

/** What begins as an MP4 does, and is of so many bytes. */
export function mp4(bytes = 4096): Uint8Array<ArrayBuffer> {
  return filled(Buffer.from("00000020667479706d70343200000000", "hex"), bytes);
}

/** In hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function filled(head: Buffer, bytes: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(bytes);
  all.set(randomBytes(bytes));
  all.set(head);
  return all;
}
