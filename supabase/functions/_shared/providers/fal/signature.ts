/** Whether a webhook is fal's, and about us. */
import { Buffer } from "node:buffer";
import type { WebhookAccount } from "../../engine/webhooks.ts";
import { sha256 } from "../kit/digest.ts";
import { verifyByPublishedKeys } from "../kit/published_keys.ts";
import { isTimestamp, misconfigured, refused, refusedForItsAge } from "../kit/verdicts.ts";
import type { Delivery, Verdict } from "../provider.ts";
import { parseWebhook } from "./webhook.ts";

const JWKS_URL = "https://rest.fal.ai/.well-known/jwks.json";

/**
 * Checks the Ed25519 signature of request, user, time and body, and that the user is us (fal.md#signature). Fails
 * closed.
 */
export async function verify(delivery: Delivery, { settings }: WebhookAccount): Promise<Verdict> {
  const { headers, rawBody, receivedAt } = delivery;
  const userId = settings.user_id;
  if (typeof userId !== "string" || userId === "") {
    return misconfigured("The account's settings have no user_id.");
  }
  const header = (name: string) => headers.get(`x-fal-webhook-${name}`) ?? "";
  const [requestId, user, timestamp] = [header("request-id"), header("user-id"), header("timestamp")];
  if (!requestId || !isTimestamp(timestamp)) return refused("The signature's headers are missing.");
  if (!/^[0-9a-f]{128}$/i.test(header("signature"))) return refused("The signature is none.");
  const outdated = refusedForItsAge(timestamp, receivedAt);
  if (outdated) return outdated;
  if (user !== userId) return refused("The signature is of another user's task.");
  if (requestId !== parseWebhook(rawBody).externalId) return refused("The signature is of another request.");
  const verdict = await verifyByPublishedKeys({
    url: typeof settings.jwks_url === "string" ? settings.jwks_url : JWKS_URL,
    message: [requestId, user, timestamp, sha256(rawBody)].join("\n"),
    signature: Buffer.from(header("signature"), "hex"),
    now: receivedAt,
  });
  if (verdict === "valid") return { ok: true, verifiedBy: "fal-ed25519" };
  if (verdict === "invalid") return refused("The signature does not match.");
  return misconfigured("fal's keys to check the signature with cannot be had.");
}
