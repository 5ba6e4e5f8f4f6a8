/** fal's webhook signature (fal.md#signature): Ed25519 over request, user, time and the body's digest. */
import { Buffer } from "node:buffer";
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";

/** Before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** The private key made from 32 bytes. */
export function keyFrom(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
}

/** What jwks.json says of some keys; `padded` as some of them were seen, with the "=" that base64url leaves out. */
export function keySet(keys: readonly KeyObject[], padded: boolean): unknown {
  return {
    keys: keys.map((key, n) => {
      const { x = "" } = createPublicKey(key).export({ format: "jwk" });
      return { kty: "OKP", crv: "Ed25519", x: padded ? `${x}=` : x, use: "sig", kid: `key-${n}` };
    }),
  };
}

/** What a webhook is signed with and for. */
export interface Signed {
  readonly requestId: string;
  readonly userId: string;
  /** Cut to whole seconds. */
  readonly at: Date;
  readonly body: string;
}

/** The four headers of a webhook. */
export function signatureHeaders(
  key: KeyObject,
  { requestId, userId, at, body }: Signed,
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const digest = createHash("sha256").update(body).digest("hex");
  const message = [requestId, userId, timestamp, digest].join("\n");
  return {
    "x-fal-webhook-request-id": requestId,
    "x-fal-webhook-user-id": userId,
    "x-fal-webhook-timestamp": timestamp,
    "x-fal-webhook-signature": sign(null, Buffer.from(message), key).toString("hex"),
  };
}
