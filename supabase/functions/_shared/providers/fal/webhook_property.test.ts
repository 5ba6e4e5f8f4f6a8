/** Thousands of whole, damaged and forged webhooks: none is misread, none that fal did not sign is accepted. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { refusesForgeries } from "../kit/forgeries_fixture.ts";
import { digitIds, keepsEveryDigit, opaqueIds, readsAnything } from "../kit/webhook_bodies_fixture.ts";
import { fakeFal, USER_ID } from "./fake_fal.ts";
import { fal } from "./fal.ts";
import { falAccount, keyPair, keySet, signedByFal, WEBHOOKS } from "./fal_webhooks_fixture.ts";
import { parseWebhook } from "./webhook.ts";

const TEMPLATES = Object.values(WEBHOOKS);
const IDS = fc.oneof(fc.uuid(), opaqueIds, digitIds);

Deno.test("every undamaged webhook names its request, to the last digit", () => {
  keepsEveryDigit(parseWebhook, TEMPLATES, IDS);
});

Deno.test("no damage to a webhook makes reading it throw or name a request that is not in it", () => {
  readsAnything(parseWebhook, TEMPLATES, IDS);
});

Deno.test("no change to what was signed is accepted", async () => {
  await using server = fakeFal();
  server.answer("jwks", keySet(keyPair().x));
  const account = falAccount(server.url);
  const pair = keyPair();
  await refusesForgeries({
    templates: TEMPLATES,
    ids: IDS,
    sign: (rawBody) => signedByFal(rawBody, { requestId: parseWebhook(rawBody).externalId ?? "", pair }),
    verify: async (delivery) => await fal.verify?.(delivery, account) ?? assert.fail(),
    headers: ["request-id", "user-id", "timestamp", "signature"].map((name) => `x-fal-webhook-${name}`),
    vouchedFor: ({ headers, rawBody }) =>
      JSON.stringify([
        ...["request-id", "timestamp"].map((name) => headers.get(`x-fal-webhook-${name}`)),
        USER_ID,
        rawBody,
      ]),
  });
});
