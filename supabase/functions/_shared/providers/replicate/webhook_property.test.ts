/** Thousands of whole, damaged and forged webhooks: none is misread, none that Replicate did not sign is accepted. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { refusesForgeries } from "../kit/forgeries_fixture.ts";
import {
  digitIds,
  keepsEveryDigit,
  opaqueIds,
  readsAnything,
  type Template,
} from "../kit/webhook_bodies_fixture.ts";
import { prediction, replicateAccount, signedByReplicate } from "./fake_replicate.ts";
import { replicate } from "./replicate.ts";
import { parseWebhook } from "./webhook.ts";

const TEMPLATES: readonly Template[] = [
  (id) => prediction({ id }),
  (id) => prediction({ id, output: "https://replicate.delivery/a.png" }),
  (id) => prediction({ id, output: { image: "https://replicate.delivery/a.png", seeds: [7, null] } }),
  (id) => prediction({ id, status: "failed", error: "CUDA out of memory", output: null }),
  (id) => prediction({ id, status: "aborted", output: null, started_at: null }),
];
const IDS = fc.oneof(opaqueIds, digitIds);

Deno.test("every undamaged webhook names its prediction, to the last digit", () => {
  keepsEveryDigit(parseWebhook, TEMPLATES, IDS);
});

Deno.test("no damage to a webhook makes reading it throw or name a prediction that is not in it", () => {
  readsAnything(parseWebhook, TEMPLATES, IDS);
});

Deno.test("no change to what was signed is accepted", async () => {
  const headers = ["webhook-id", "webhook-timestamp", "webhook-signature"];
  await refusesForgeries({
    templates: TEMPLATES,
    ids: IDS,
    sign: (rawBody) => signedByReplicate(rawBody),
    verify: async (delivery) => await replicate.verify?.(delivery, replicateAccount()) ?? assert.fail(),
    headers,
    vouchedFor: ({ headers: given, rawBody }) =>
      JSON.stringify([given.get("webhook-id"), given.get("webhook-timestamp"), rawBody]),
  });
});
