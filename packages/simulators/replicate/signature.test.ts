import assert from "node:assert/strict";
import { Webhook } from "standardwebhooks";
import { withReplicate } from "./replicate_client_fixture.ts";
import { signatureHeaders } from "./signature.ts";
import { DEFAULT_WEBHOOK_SECRET } from "./simulator.ts";

Deno.test("a webhook is signed as the test vector says", () => {
  const at = new Date(1_614_265_330_987);
  const headers = signatureHeaders([DEFAULT_WEBHOOK_SECRET], {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    at,
    body: '{"test": 2432232314}',
  });
  assert.deepEqual(headers, {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

/** Fault, how many signatures a webhook then has, whether it holds. */
const SIGNATURES = [
  [undefined, 1, true],
  ["rotated_secret", 2, true],
  ["wrong_signature", 1, false],
  ["missing_signature", 0, false],
] as const;

for (const [fault, count, holds] of SIGNATURES) {
  Deno.test(`the signature of a webhook ${fault ? `under ${fault}` : "as it should be"}`, () =>
    withReplicate({}, async (replicate) => {
      if (fault) replicate.simulator.misbehave({ fault: { kind: fault } });
      await replicate.created();
      const { body, headers } = await replicate.receiver.got(1);
      const signatures = (headers.get("webhook-signature") ?? "").split(" ").filter(Boolean);
      assert.equal(signatures.length, count);
      const verify = () =>
        new Webhook(replicate.simulator.webhookSecret).verify(body, Object.fromEntries(headers));
      if (holds) verify();
      else assert.throws(verify);
    }));
}

Deno.test("the secret can be asked for", () =>
  withReplicate({ webhookSecret: "whsec_c2VjcmV0" }, async (replicate) => {
    assert.deepEqual(await (await replicate.fetch("/webhooks/default/secret")).json(), {
      key: "whsec_c2VjcmV0",
    });
  }));

Deno.test("a webhook that is sent again has the same id, another webhook has another", () =>
  withReplicate({}, async (replicate) => {
    replicate.receiver.answer = (n) => new Response("", { status: n === 1 ? 500 : 200 });
    await replicate.created();
    await replicate.receiver.got(2);
    await replicate.created();
    await replicate.receiver.got(3);
    const [first, again, other] = replicate.receiver.received.map(({ headers }) => headers.get("webhook-id"));
    assert.match(first ?? "", /^msg_[0-9a-z]{27}$/);
    assert.equal(first, again);
    assert.notEqual(first, other);
  }));
