/** Webhooks are signed as Standard Webhooks are: what others sign and check, and what is signed here, is the same. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { validateWebhook } from "replicate";
import { Webhook as Standard } from "standardwebhooks";
import { Webhook as Svix } from "svix";
import { signatureHeaders } from "./signature.ts";

const secrets = fc.uint8Array({ minLength: 1, maxLength: 64 }).map((key) =>
  `whsec_${Buffer.from(key).toString("base64")}`
);
const bodies = fc.json();
const ids = fc.stringMatching(/^msg_[0-9A-Za-z]{1,40}$/);

/** The headers of a request, as it came. */
const requestOf = (headers: Record<string, string>, body: string) =>
  new Request("http://localhost", { method: "POST", headers, body });

Deno.test("others sign what we sign, and find our signatures good", () =>
  fc.assert(
    fc.asyncProperty(secrets, ids, bodies, async (secret, id, body) => {
      const at = new Date();
      const headers = signatureHeaders([secret], { id, at, body });
      for (const signer of [new Standard(secret), new Svix(secret)]) {
        assert.equal(signer.sign(id, at, body), headers["webhook-signature"]);
        signer.verify(body, headers);
      }
      assert.equal(await validateWebhook(requestOf(headers, body), secret), true);
    }),
    { numRuns: 300 },
  ));

Deno.test("after the secret was changed others find the good signature among the two, with either secret", () =>
  fc.assert(
    fc.property(secrets, secrets, bodies, (old, secret, body) => {
      const headers = signatureHeaders([old, secret], { id: "msg_1", at: new Date(), body });
      for (const one of [old, secret]) {
        new Standard(one).verify(body, headers);
        new Svix(one).verify(body, headers);
      }
    }),
    { numRuns: 100 },
  ));

Deno.test("another body, id, time or secret is refused by all", () =>
  fc.assert(
    fc.asyncProperty(
      secrets,
      bodies,
      fc.constantFrom("body", "id", "time", "secret"),
      async (secret, body, what) => {
        const at = new Date();
        const headers = signatureHeaders([secret], { id: "msg_1", at, body });
        const changed = {
          ...headers,
          ...what === "id" ? { "webhook-id": "msg_2" } : {},
          ...what === "time" ? { "webhook-timestamp": String(Math.floor(at.getTime() / 1000) - 1) } : {},
        };
        const said = what === "body" ? `${body} ` : body;
        const other = what === "secret"
          ? `whsec_${Buffer.from(`another ${secret}`).toString("base64")}`
          : secret;
        assert.throws(() => new Standard(other).verify(said, changed), /No matching signature/);
        assert.throws(() => new Svix(other).verify(said, changed), /No matching signature/);
        assert.equal(await validateWebhook(requestOf(changed, said), other), false);
      },
    ),
    { numRuns: 200 },
  ));
