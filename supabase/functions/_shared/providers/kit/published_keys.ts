/** Ed25519 keys that a provider publishes as a JSON Web Key Set, and what they have signed. */
import { Buffer } from "node:buffer";
import { z } from "zod";
import { parseJson } from "../../text/json.ts";

// fal asks that its keys be kept for a day at most (fal.md#signature).
const LIFE_MS = 24 * 60 * 60_000;
// So that neither an outage nor forged signatures make every webhook a request to the provider.
const RETRY_AFTER_MS = 60_000;
// A webhook has to be answered within 15 s.
const FETCH_TIMEOUT_MS = 5_000;

const keySet = z.object({ keys: z.array(z.unknown()) });
const ed25519Key = z.looseObject({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string() });

/** What is known of one address. */
interface KnownKeys {
  keys: CryptoKey[];
  /** When they came, in milliseconds since 1970; -Infinity: never. */
  fetchedAt: number;
  /** When they were last asked for, in vain or not. */
  askedAt: number;
  /** The question that is under way. */
  asking: Promise<void> | undefined;
}

const known = new Map<string, KnownKeys>();

/**
 * Whether one of the keys published at `url` has made `signature` for `message`; `no keys` when none could be had.
 * Keys are kept for a day, and longer when newer ones cannot be had. A signature that fits none of them may be of a new
 * key: then they are asked for again, at most once a minute.
 * @param now milliseconds since 1970.
 */
export async function verifyByPublishedKeys(
  { url, message, signature, now }: { url: string; message: string; signature: Uint8Array; now: number },
): Promise<"valid" | "invalid" | "no keys"> {
  const found = known.get(url) ??
    { keys: [], fetchedAt: -Infinity, askedAt: -Infinity, asking: undefined };
  known.set(url, found);
  if (now - found.fetchedAt > LIFE_MS) await refresh(found, url, now);
  if (await isSigned(found.keys, message, signature)) return "valid";
  if (await refresh(found, url, now) && await isSigned(found.keys, message, signature)) return "valid";
  return found.keys.length > 0 ? "invalid" : "no keys";
}

/** Asks for the keys, unless that was done a moment ago; false: then. Keeps those there are when it fails. */
async function refresh(found: KnownKeys, url: string, now: number): Promise<boolean> {
  if (!found.asking) {
    if (now - found.askedAt < RETRY_AFTER_MS) return false;
    found.askedAt = now;
    found.asking = fetchKeys(url).then((keys) => {
      if (keys.length === 0) return;
      found.keys = keys;
      found.fetchedAt = now;
    }).catch(() => {}).finally(() => found.asking = undefined);
  }
  await found.asking;
  return true;
}

async function fetchKeys(url: string): Promise<CryptoKey[]> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!response.ok) {
    await response.body?.cancel();
    return [];
  }
  const { keys } = keySet.parse(parseJson(await response.text()));
  const points = keys.flatMap((key) => {
    const parsed = ed25519Key.safeParse(key).data;
    // Read as bytes and imported raw: `x` was seen with padding, at which the import of a JWK balks (fal.md#signature).
    const point = Buffer.from(parsed?.x.replace(/={1,2}$/, "") ?? "", "base64url");
    return point.length === 32 ? [new Uint8Array(point)] : [];
  });
  return await Promise.all(
    points.map((point) => crypto.subtle.importKey("raw", point, "Ed25519", false, ["verify"])),
  );
}

async function isSigned(
  keys: readonly CryptoKey[],
  message: string,
  signature: Uint8Array,
): Promise<boolean> {
  const [signed, signatureBytes] = [new TextEncoder().encode(message), new Uint8Array(signature)];
  for (const key of keys) {
    if (await crypto.subtle.verify("Ed25519", key, signatureBytes, signed)) return true;
  }
  return false;
}
