/**
 * Replicate's webhook signature, the one of Standard Webhooks (replicate.md#signature): HMAC over id, time and body.
 */
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";

/** What a webhook is signed for. */
export interface Signed {
  readonly id: string;
  /** Cut to whole seconds. */
  readonly at: Date;
  readonly body: string;
}

/** The three headers of a webhook, with a signature by each of the secrets (`whsec_…`) in their order. */
export function signatureHeaders(
  secrets: readonly string[],
  { id, at, body }: Signed,
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
