/**
 * Tickets: what `EventSource` shows instead of a token, which it cannot. A ticket names its user, their session and its
 * end, and is signed with a key of its own that is derived from the project's secret key: nothing else takes it for
 * anything, and none of it need be kept. Whether user and session are still there is asked when it is used.
 */
import { Buffer } from "node:buffer";
import { z } from "zod";

export interface Ticket {
  userId: string;
  sessionId: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

const PURPOSE = "esteira events ticket v1";
const content = z.tuple([z.guid(), z.guid(), z.int()]);

/** The key for tickets that belongs to a secret of the project. */
export async function ticketKey(secret: string): Promise<CryptoKey> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const base = await crypto.subtle.importKey("raw", bytes(secret), "HKDF", false, ["deriveKey"]);
  return await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: bytes(PURPOSE) },
    base,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    false,
    ["sign", "verify"],
  );
}

/** The ticket as text, for an address. */
export async function signTicket({ userId, sessionId, expiresAt }: Ticket, key: CryptoKey): Promise<string> {
  const said = base64url(new TextEncoder().encode(JSON.stringify([userId, sessionId, expiresAt])));
  const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(said));
  return `${said}.${base64url(new Uint8Array(signature))}`;
}

/** Reads a ticket; undefined: not one that was signed with this key, or over. `now`: milliseconds since 1970. */
export async function readTicket(text: string, key: CryptoKey, now: number): Promise<Ticket | undefined> {
  const [said = "", signature = ""] = text.split(".");
  const signed = bytesOf(signature);
  // Compared by the runtime, in a time that tells nothing of how much was right.
  const isOurs = signed !== undefined &&
    await crypto.subtle.verify("HMAC", key, signed, new TextEncoder().encode(said));
  if (!isOurs) return undefined;
  const [userId, sessionId, expiresAt] = content.parse(JSON.parse(new TextDecoder().decode(bytesOf(said))));
  return now < expiresAt ? { userId, sessionId, expiresAt } : undefined;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

/** Undefined for what is not written as base64url would write it: one ticket has one text. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = Uint8Array.from(Buffer.from(text, "base64url"));
  return base64url(bytes) === text ? bytes : undefined;
}
