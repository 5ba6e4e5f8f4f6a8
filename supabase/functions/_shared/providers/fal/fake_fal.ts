/** For tests: a fal that answers as it is told, jobs for it to do, and webhooks signed as it signs them. */
import { Buffer } from "node:buffer";
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import type { WebhookAccount } from "../../engine/webhooks.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { type Differences, messageFor, TOKEN } from "../../engine/work_item_fixture.ts";
import { type FakeProvider, fakeProvider } from "../kit/fake_provider.ts";
import type { Delivery } from "../provider.ts";

export const REQUEST_ID = "123e4567-e89b-12d3-a456-426614174000";
export const USER_ID = "user_abc";
export const CALLBACK = `https://abc.supabase.co/functions/v1/fal-webhook/job/${TOKEN}`;
/** The settings of the tool `image`, as a submit sees them. */
export const IMAGE_SETTINGS = {
  files: { images: { types: ["image/png"], max_bytes: 10485760, max_count: 5 } },
  model: "fal-ai/nano-banana",
  edit_model: "fal-ai/nano-banana/edit",
  fields: { prompt: "prompt", images: "image_urls", aspect_ratio: "aspect_ratio" },
};

/** An image job on the fal at `baseUrl`. */
export function falWork(baseUrl: string, differences: Differences = {}): WorkItem {
  return messageFor(baseUrl, {
    provider: "fal",
    toolSettings: IMAGE_SETTINGS,
    ...differences,
    job: { tool: "image", lane: "fal", input: { prompt: "a red hat" }, ...differences.job },
  }).item;
}

// fal ------------------------------------------------------------------------------------------------------------

export type FalEndpoint = "submit" | "status" | "response" | "cancel" | "jwks";

/** Starts a fal that knows no request. */
export function fakeFal(): FakeProvider<FalEndpoint> {
  return fakeProvider<FalEndpoint>(
    ({ method, path }) => {
      if (path.endsWith("/jwks.json")) return "jwks";
      if (!path.includes("/requests/")) return "submit";
      if (path.endsWith("/status")) return "status";
      return method === "PUT" ? "cancel" : "response";
    },
    () => Response.json({ detail: "Request not found" }, { status: 404 }),
  );
}

/** The answer to a submit that went well (fal.md#queue). */
export function taken(baseUrl: string) {
  const request = `${baseUrl}/fal-ai/nano-banana/requests/${REQUEST_ID}`;
  return {
    status: "IN_QUEUE",
    request_id: REQUEST_ID,
    gateway_request_id: REQUEST_ID,
    response_url: request,
    status_url: `${request}/status`,
    cancel_url: `${request}/cancel`,
    queue_position: 0,
  };
}

/** An error of a model's (fal.md#errors). */
export function modelError(type: string, status = 422, headers: Record<string, string> = {}): Response {
  const detail = [{
    loc: ["body", "prompt"],
    msg: `This is ${type}`,
    type,
    url: "https://docs.fal.ai/errors",
  }];
  return Response.json({ detail }, { status, headers });
}

// Webhooks --------------------------------------------------------------------------------------------------------

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
