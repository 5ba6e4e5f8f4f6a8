/**
 * Replicate's webhooks: what they say, and whether they are Replicate's (replicate.md#predictions, #signature,
 * #test-vector).
 */
import assert from "node:assert/strict";
import type { Delivery, Verdict } from "../provider.ts";
import {
  prediction,
  PREDICTION_ID,
  replicateAccount,
  signedByReplicate,
  WEBHOOK_SECRET,
} from "./fake_replicate.ts";
import { replicate } from "./replicate.ts";
import { parseWebhook } from "./webhook.ts";

const DONE = JSON.stringify(prediction());
const verify = async (delivery: Delivery, account = replicateAccount()): Promise<Verdict> =>
  await replicate.verify?.(delivery, account) ?? assert.fail();
const codeOf = (verdict: Verdict) => verdict.ok ? "ok" : verdict.code;
const altered = (delivery: Delivery, name: string, value: string | null): Delivery => {
  const headers = new Headers(delivery.headers);
  if (value === null) headers.delete(`webhook-${name}`);
  else headers.set(`webhook-${name}`, value);
  return { ...delivery, headers };
};
/** Runs `test` at another time of day. */
async function at(ms: number, test: () => Promise<void>): Promise<void> {
  const { now } = Date;
  Date.now = () => ms;
  await test().finally(() => Date.now = now);
}

// Bodies ----------------------------------------------------------------------------------------------------------

Deno.test("each status has its state, and is shown", () => {
  const states = {
    starting: ["running", null],
    processing: ["running", null],
    succeeded: ["succeeded", "completed"],
    failed: ["failed", "completed"],
    canceled: ["failed", "completed"],
    aborted: ["failed", "completed"],
    successful: ["unknown", null],
    toString: ["unknown", null],
  } as const;
  for (const [status, [state, event]] of Object.entries(states)) {
    const read = parseWebhook(JSON.stringify(prediction({ status })));
    assert.deepEqual([read.externalId, read.state], [PREDICTION_ID, state]);
    assert.deepEqual(read.details, { event, taskStatus: status });
  }
});

Deno.test("a failure is shown with its error", () => {
  const { details } = parseWebhook(
    JSON.stringify(prediction({ status: "failed", error: "CUDA out of memory" })),
  );
  assert.deepEqual(details, { event: "completed", taskStatus: "failed", error: "CUDA out of memory" });
});

Deno.test("an envelope, which some describe, is none of Replicate's", () => {
  const { externalId, state } = parseWebhook(JSON.stringify({ type: "completed", data: prediction() }));
  assert.deepEqual([externalId, state], [null, "unknown"]);
});

Deno.test("what is no webhook names no prediction and says nothing of one", () => {
  for (
    const body of [
      "",
      "null",
      "7",
      "[]",
      '"x"',
      "<html>",
      "{",
      "{}",
      '{"id":""}',
      '{"id":{}}',
      "[".repeat(100_000),
    ]
  ) {
    const { externalId, state } = parseWebhook(body);
    assert.deepEqual([externalId, state], [null, "unknown"]);
  }
});

// Signatures ------------------------------------------------------------------------------------------------------

Deno.test("the test vector is accepted", () =>
  at(1614265330_000, async () => {
    const headers = new Headers({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
    const verdict = await verify({ headers, rawBody: '{"test": 2432232314}', receivedAt: 1614265330_000 });
    assert.deepEqual(verdict, {
      ok: true,
      verifiedBy: "standard-webhooks",
      deliveryId: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    });
  }));

Deno.test("one good signature among several is enough: secrets are changed without a gap", async () => {
  const good = signedByReplicate(DONE);
  const signature = good.headers.get("webhook-signature") ?? "";
  const other = signedByReplicate(DONE, { secret: "whsec_b3RoZXI=" }).headers.get("webhook-signature") ?? "";
  for (
    const list of [`${other} ${signature}`, `${signature} ${other}`, `v1a,AAAA v2,BBBB v1 v1, ${signature}`]
  ) {
    assert.equal(codeOf(await verify(altered(good, "signature", list))), "ok", list);
  }
  for (
    const list of [other, `${other} ${other}`, signature.replace("v1,", "v2,"), signature.replace("v1,", "")]
  ) {
    assert.equal(codeOf(await verify(altered(good, "signature", list))), "unauthenticated", list);
  }
});

Deno.test("anything signed that is changed is refused", async () => {
  const good = signedByReplicate(DONE);
  const now = Number(good.headers.get("webhook-timestamp"));
  const forgeries = [
    { ...good, rawBody: `${DONE} ` },
    { ...good, rawBody: DONE.replace("succeeded", "failed") },
    { ...good, rawBody: "" },
    altered(good, "id", "msg_other"),
    altered(good, "timestamp", String(now + 1)),
    signedByReplicate(DONE, { secret: "whsec_b3RoZXI=" }),
  ];
  for (const timestamp of [`${now}.5`, `${now}x`, `0${now}`, `+${now}`, `${now} ${now}`]) {
    forgeries.push(altered(good, "timestamp", timestamp));
  }
  for (const name of ["id", "timestamp", "signature"]) {
    for (const value of [null, "", "0", "x"]) forgeries.push(altered(good, name, value));
  }
  for (const forged of forgeries) assert.equal(codeOf(await verify(forged)), "unauthenticated");
});

Deno.test("five minutes are the limit, either way", async () => {
  const sent = 1_614_265_330_000;
  for (
    const [late, code] of [[300_000, "ok"], [-300_000, "ok"], [301_000, "unauthenticated"], [
      -301_000,
      "unauthenticated",
    ]] as const
  ) {
    await at(
      sent + late,
      async () => assert.equal(codeOf(await verify(signedByReplicate(DONE, { at: sent }))), code),
    );
  }
});

Deno.test("without a secret, or with one of another kind, nothing is accepted", async () => {
  const unsigned = { headers: new Headers(), rawBody: DONE, receivedAt: Date.now() };
  for (const secret of [null, "", "whsec_", "whsec_!!!", "secret", WEBHOOK_SECRET.replace("whsec_", "")]) {
    for (const delivery of [signedByReplicate(DONE), unsigned]) {
      assert.equal(codeOf(await verify(delivery, replicateAccount(secret))), "misconfigured", String(secret));
    }
  }
});
