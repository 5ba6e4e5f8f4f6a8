/** For tests: a Replicate that answers as it is told, jobs for it to do, and webhooks signed as it signs them. */
import { createHmac } from "node:crypto";
import type { WebhookAccount } from "../../engine/webhooks.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { type Differences, messageFor, TOKEN } from "../../engine/work_item_fixture.ts";
import { type FakeProvider, fakeProvider } from "../kit/fake_provider.ts";
import type { Delivery } from "../provider.ts";

export const PREDICTION_ID = "ufawqhfynnddngldkgtslldrkq";
export const CALLBACK = `https://abc.supabase.co/functions/v1/replicate-webhook/job/${TOKEN}`;
/** The secret of replicate.md#test-vector. */
export const WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/** The settings of the tool `image`, as a submit sees them. */
export const IMAGE_SETTINGS = {
  files: { images: { types: ["image/png"], max_bytes: 10485760, max_count: 5 } },
  model: "google/nano-banana",
  fields: {
    prompt: "prompt",
    images: "image_input",
    output_format: { name: "output_format", values: { jpeg: "jpg" } },
  },
};

/** An image job on the Replicate at `baseUrl`. */
export function replicateWork(baseUrl: string, differences: Differences = {}): WorkItem {
  return messageFor(baseUrl, {
    provider: "replicate",
    toolSettings: IMAGE_SETTINGS,
    ...differences,
    job: { tool: "image", lane: "replicate", input: { prompt: "a red hat" }, ...differences.job },
  }).item;
}

/** A prediction as Replicate shows it, and as it sends it to a webhook (replicate.md#predictions). */
export function prediction(differences: Record<string, unknown> = {}) {
  return {
    id: PREDICTION_ID,
    model: "google/nano-banana",
    version: "hidden",
    status: "succeeded",
    input: { prompt: "a red hat" },
    output: ["https://replicate.delivery/out-0.png"],
    error: null,
    logs: "",
    metrics: { predict_time: 4.2, total_time: 5.0 },
    source: "api",
    data_removed: false,
    webhook: CALLBACK,
    webhook_events_filter: ["completed"],
    created_at: "2026-11-01T12:00:02.224088Z",
    started_at: "2026-11-01T12:00:03.9Z",
    completed_at: "2026-11-01T12:00:08Z",
    urls: { get: `https://api.replicate.com/v1/predictions/${PREDICTION_ID}` },
    ...differences,
  };
}

export type ReplicateEndpoint = "create" | "get" | "list" | "cancel";

/** Starts a Replicate that knows no prediction. */
export function fakeReplicate(): FakeProvider<ReplicateEndpoint> {
  return fakeProvider<ReplicateEndpoint>(
    ({ method, path }) => {
      if (path.endsWith("/cancel")) return "cancel";
      if (method === "POST") return "create";
      return path === "/v1/predictions" ? "list" : "get";
    },
    () => Response.json({ detail: "Not found.", status: 404 }, { status: 404 }),
  );
}

/** A webhook as Replicate sends it, at `at` (milliseconds since 1970). */
export function signedByReplicate(
  rawBody: string,
  { at = Date.now(), id = "msg_p5jXN8AQM9LWM0D4loKWxJek", secret = WEBHOOK_SECRET } = {},
): Delivery {
  const timestamp = String(Math.floor(at / 1000));
  const key = secret.replace("whsec_", "");
  const signature = createHmac("sha256", key, { encoding: "base64" }).update(`${id}.${timestamp}.${rawBody}`);
  const headers = new Headers({
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature.digest("base64")}`,
  });
  return { headers, rawBody, receivedAt: at };
}

/** The account whose webhooks those are. */
export function replicateAccount(webhookSecret: string | null = WEBHOOK_SECRET): WebhookAccount {
  return { settings: {}, webhookSecret };
}
