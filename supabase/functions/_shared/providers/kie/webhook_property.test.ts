/** KIE's callbacks, a thousand at a time and more: whole, damaged and forged. */
import fc from "fast-check";
import { refusesForgeries } from "../kit/forgeries_fixture.ts";
import { digitIds, keepsEveryDigit, opaqueIds, readsAnything } from "../kit/webhook_bodies_fixture.ts";
import type { Verdict } from "../provider.ts";
import { kie } from "./kie.ts";
import { ALL_CALLBACKS, HMAC_KEY, signedDelivery } from "./kie_callbacks_fixture.ts";
import { parseWebhook } from "./webhook.ts";

const ids = fc.oneof(digitIds, opaqueIds);

Deno.test("no callback loses a digit of its id", () => keepsEveryDigit(parseWebhook, ALL_CALLBACKS, ids));

Deno.test("no damaged callback throws or gives an id that it does not hold", () =>
  readsAnything(parseWebhook, ALL_CALLBACKS, ids));

Deno.test("no forged callback is accepted unless it is about the task and time that were signed", () =>
  refusesForgeries({
    templates: ALL_CALLBACKS,
    ids,
    sign: (body) => signedDelivery(body, parseWebhook(body).externalId ?? ""),
    verify: (delivery) => kie.verify?.(delivery, { settings: {}, webhookSecret: HMAC_KEY }) as Verdict,
    headers: ["x-webhook-timestamp", "x-webhook-signature"],
    vouchedFor: ({ headers, rawBody }) =>
      [
        parseWebhook(rawBody).externalId,
        headers.get("x-webhook-timestamp"),
        headers.get("x-webhook-signature"),
      ].join(),
  }));
