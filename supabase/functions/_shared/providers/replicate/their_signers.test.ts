/** Signatures that others make and check (npm: svix, standardwebhooks, replicate) mean the same to us. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { validateWebhook } from "replicate";
import { Webhook as Standard } from "standardwebhooks";
import { Webhook as Svix } from "svix";
import type { Delivery } from "../provider.ts";
import { replicateAccount, signedByReplicate } from "./fake_replicate.ts";
import { verify } from "./signature.ts";

const secrets = fc.uint8Array({ minLength: 1, maxLength: 64 }).map((key) =>
  `whsec_${Buffer.from(key).toString("base64")}`
);
const ids = fc.stringMatching(/^[0-9A-Za-z_.-]{1,60}$/);
const bodies = fc.json();

/** A delivery that others have signed. */
function signedBy(
  Signer: typeof Standard | typeof Svix,
  { secret, id, body }: Record<"secret" | "id" | "body", string>,
) {
  const at = new Date();
  const headers = new Headers({
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Signer(secret).sign(id, at, body),
  });
  return { headers, rawBody: body, receivedAt: at.getTime() };
}

const accepts = (secret: string, delivery: Delivery) => verify(delivery, replicateAccount(secret)).ok;

Deno.test("what Svix and Standard Webhooks sign we accept, and nothing else under its signature", () =>
  fc.assert(
    fc.property(fc.constantFrom(Standard, Svix), secrets, ids, bodies, (Signer, secret, id, body) => {
      const delivery = signedBy(Signer, { secret, id, body });
      assert.deepEqual(verify(delivery, replicateAccount(secret)), {
        ok: true,
        verifiedBy: "standard-webhooks",
        deliveryId: id,
      });
      assert.equal(accepts(secret, { ...delivery, rawBody: `${body} ` }), false);
      assert.equal(accepts(`whsec_${Buffer.from(`other ${secret}`).toString("base64")}`, delivery), false);
      delivery.headers.set("webhook-id", `${id}x`);
      assert.equal(accepts(secret, delivery), false);
    }),
    { numRuns: 300 },
  ));

Deno.test("what our tests sign as Replicate does, Svix, Standard Webhooks and Replicate's own client accept", () =>
  fc.assert(
    fc.asyncProperty(secrets, ids, bodies, async (secret, id, body) => {
      const { headers } = signedByReplicate(body, { secret, id });
      const plain = Object.fromEntries(headers);
      new Standard(secret).verify(body, plain);
      new Svix(secret).verify(body, plain);
      const request = new Request("http://localhost", { method: "POST", headers, body });
      assert.equal(await validateWebhook(request, secret), true);
    }),
    { numRuns: 300 },
  ));
