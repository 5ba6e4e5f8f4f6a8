/** Tells a file again after a reload. */
import { nameOf } from "./content_type.ts";
import type { Wish } from "./place.ts";

/** How much of a file's beginning, middle and end is looked at, in bytes. */
const SAMPLE = 64 * 1024;

/**
 * The same for the same file of the same user for the same purpose, and hardly for another one: its name, size and date, and
 * samples of what is in it. Tells nobody what the file is called. Null where the page may not compute digests (an address
 * that is not https): such uploads begin anew.
 */
export async function fingerprintOf(file: Blob, wish: Wish, user: string): Promise<string | null> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (!subtle) return null;
  const { tool, field, contentType, size } = wish;
  const lastModified = "lastModified" in file ? file.lastModified : null;
  const named = JSON.stringify([user, tool, field, contentType, size, nameOf(file), lastModified]);
  const middle = Math.floor(size / 2);
  const samples = [0, middle, Math.max(0, size - SAMPLE)].map((start) => file.slice(start, start + SAMPLE));
  const digest = await subtle.digest("SHA-256", await new Blob([named, ...samples]).arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
