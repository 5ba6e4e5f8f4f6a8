/** Whether a webhook is Replicate's: the signature of Standard Webhooks. */
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import type { WebhookAccount } from "../../engine/webhooks.ts";
import { refused, WITHOUT_SECRET } from "../kit/verdicts.ts";
import type { Delivery, Verdict } from "../provider.ts";

/** Checks the signature of id, time and body, and the time (replicate.md#signature). Fails closed. */
export function verify({ headers, rawBody }: Delivery, { webhookSecret }: WebhookAccount): Verdict {
  const webhook = keyOf(webhookSecret);
  if (!webhook) return WITHOUT_SECRET;
  const signed = {
    "webhook-id": headers.get("webhook-id") ?? "",
    "webhook-timestamp": headers.get("webhook-timestamp") ?? "",
    "webhook-signature": headers.get("webhook-signature") ?? "",
  };
  // The package reads as much of the time as is a number, and would not notice what follows it.
  if (!/^[1-9]\d{0,11}$/.test(signed["webhook-timestamp"])) {
    return refused("The webhook's timestamp is none.");
  }
  try {
    webhook.verify(rawBody, signed, { jsonParse: false });
  } catch (error) {
    if (error instanceof WebhookVerificationError) return refused(`${error.message}.`);
    throw error;
  }
  return { ok: true, verifiedBy: "standard-webhooks", deliveryId: signed["webhook-id"] };
}

/** Null for a secret that is missing, empty or no secret of this kind. */
function keyOf(secret: string | null): Webhook | null {
  try {
    return secret?.startsWith("whsec_") ? new Webhook(secret) : null;
  } catch {
    return null;
  }
}
