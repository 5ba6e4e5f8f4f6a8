/** Whether a callback is KIE's. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { WebhookAccount } from "../../engine/webhooks.ts";
import { isTimestamp, refused, refusedForItsAge, WITHOUT_SECRET } from "../kit/verdicts.ts";
import type { Delivery, Verdict } from "../provider.ts";
import { parseWebhook } from "./webhook.ts";

/** Checks HMAC-SHA256 of `<task id>.<timestamp>` and the timestamp's age (kie.md#signature). Fails closed. */
export function verify({ headers, rawBody, receivedAt }: Delivery, account: WebhookAccount): Verdict {
  const { webhookSecret, settings } = account;
  if (!webhookSecret) {
    if (settings.unsigned_webhooks === true) return { ok: true, verifiedBy: "token" };
    return WITHOUT_SECRET;
  }
  const timestamp = headers.get("x-webhook-timestamp") ?? "";
  const signature = headers.get("x-webhook-signature");
  if (!signature || !isTimestamp(timestamp)) {
    return refused("The signature or its timestamp is missing.");
  }
  const outdated = refusedForItsAge(timestamp, receivedAt);
  if (outdated) return outdated;
  const { externalId } = parseWebhook(rawBody);
  if (!externalId) return refused("The body names no task.");
  const expected = createHmac("sha256", webhookSecret).update(`${externalId}.${timestamp}`).digest("base64");
  // Of equal length by their digests; as texts, for other base64 of the same bytes is not what KIE sends.
  const isSame = timingSafeEqual(digest(expected), digest(signature));
  return isSame ? { ok: true, verifiedBy: "kie-hmac" } : refused("The signature does not match.");
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
