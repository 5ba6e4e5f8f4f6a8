/** For tests: webhooks as fal sends and signs them. */
import { Buffer } from "node:buffer";
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import type { WebhookAccount } from "../../engine/webhooks.ts";
import type { Delivery } from "../provider.ts";
import { REQUEST_ID, USER_ID } from "./fake_fal.ts";

/** The webhooks of fal.md#webhooks: success, error, and a payload that could not be serialised. */
export const WEBHOOKS = {
  success: (id: string) => ({
    request_id: id,
    gateway_request_id: "9d3c7a52-0000-4000-8000-000000000000",
    status: "OK",
    payload: {
      images: [{
        url: "https://v3.fal.media/files/a.png",
        content_type: "image/png",
        width: 1024,
        height: 1024,
      }],
      seed: 7,
    },
  }),
  error: (id: string) => ({
    request_id: id,
    gateway_request_id: id,
    status: "ERROR",
    error: "Invalid status code: 422",
    payload: { detail: [{ loc: ["body", "prompt"], msg: "field required", type: "value_error.missing" }] },
  }),
  unserialisable: (id: string) => ({
    request_id: id,
    gateway_request_id: id,
    status: "OK",
    payload: null,
    payload_error: "Response payload is not JSON serializable.",
  }),
} as const;

/**
 * A key pair whose private key is the bytes `first`, `first` + 1, … (fal.md#test-vector has the one that begins with
 * 0).
 */
export function keyPair(first = 0): { x: string; sign(message: string): string } {
  const seed = Buffer.from(Array.from({ length: 32 }, (_, index) => (first + index) % 256));
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]); // RFC 8410 §7
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const { x } = createPublicKey(key).export({ format: "jwk" });
  return { x: x ?? "", sign: (message) => sign(null, Buffer.from(message), key).toString("hex") };
}

/** What fal publishes of some keys. */
export function keySet(...xs: string[]) {
  return { keys: xs.map((x) => ({ kty: "OKP", crv: "Ed25519", x, use: "sig" })) };
}

/** A webhook as fal sends it, at `at` (milliseconds since 1970). */
export function signedByFal(
  rawBody: string,
  { at = Date.now(), requestId = REQUEST_ID, userId = USER_ID, pair = keyPair() } = {},
): Delivery {
  const timestamp = String(Math.floor(at / 1000));
  const digest = createHash("sha256").update(rawBody).digest("hex");
  const headers = new Headers({
    "x-fal-webhook-request-id": requestId,
    "x-fal-webhook-user-id": userId,
    "x-fal-webhook-timestamp": timestamp,
    "x-fal-webhook-signature": pair.sign([requestId, userId, timestamp, digest].join("\n")),
  });
  return { headers, rawBody, receivedAt: at };
}

/** The account whose webhooks those are, with fal's keys at `baseUrl`. */
export function falAccount(baseUrl: string, settings: Record<string, unknown> = {}): WebhookAccount {
  return {
    settings: { user_id: USER_ID, jwks_url: `${baseUrl}/.well-known/jwks.json`, ...settings },
    webhookSecret: null,
  };
}
