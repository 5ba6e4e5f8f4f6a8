/** What a sign-in is known by when it comes back: a state that was given out once, and the secret of PKCE (RFC 7636). */
import { Buffer } from "node:buffer";

/** 256 random bits, for an address. */
export function randomText(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}

/** What is kept of a state: whoever reads it cannot come back with it. */
export async function stateHash(state: string): Promise<string> {
  return Buffer.from(await sha256(state)).toString("hex");
}

/** The challenge of a verifier, by S256. */
export async function challengeOf(verifier: string): Promise<string> {
  return Buffer.from(await sha256(verifier)).toString("base64url");
}

async function sha256(text: string): Promise<ArrayBuffer> {
  return await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
