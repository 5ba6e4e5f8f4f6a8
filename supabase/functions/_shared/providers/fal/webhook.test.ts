/**
 * fal's webhooks: what they say, and whether they are fal's and about us (fal.md#webhooks, #signature, #test-vector).
 */
import assert from "node:assert/strict";
import type { WebhookAccount } from "../../engine/webhooks.ts";
import type { Delivery, Verdict } from "../provider.ts";
import { fakeFal, REQUEST_ID, USER_ID } from "./fake_fal.ts";
import { fal } from "./fal.ts";
import { falAccount, keyPair, keySet, signedByFal, WEBHOOKS } from "./fal_webhooks_fixture.ts";
import { parseWebhook } from "./webhook.ts";

const OK = JSON.stringify(WEBHOOKS.success(REQUEST_ID));
const verify = async (delivery: Delivery, account: WebhookAccount): Promise<Verdict> =>
  await fal.verify?.(delivery, account) ?? assert.fail();
const codeOf = (verdict: Verdict) => verdict.ok ? "ok" : verdict.code;
const altered = (delivery: Delivery, name: string, value: string | null): Delivery => {
  const headers = new Headers(delivery.headers);
  if (value === null) headers.delete(`x-fal-webhook-${name}`);
  else headers.set(`x-fal-webhook-${name}`, value);
  return { ...delivery, headers };
};
/** A fal that publishes the key of fal.md#test-vector. */
function falWithKeys(...xs: string[]) {
  const server = fakeFal();
  server.answer("jwks", keySet(...(xs.length > 0 ? xs : [keyPair().x])));
  return server;
}

// Bodies ----------------------------------------------------------------------------------------------------------

Deno.test("each documented body is understood", () => {
  const read = (body: unknown) => {
    const { externalId, state, details } = parseWebhook(JSON.stringify(body));
    assert.equal(externalId, REQUEST_ID);
    return { state, details };
  };
  assert.deepEqual(read(WEBHOOKS.success(REQUEST_ID)), {
    state: "succeeded",
    details: { event: "completed", taskStatus: "OK" },
  });
  assert.deepEqual(read(WEBHOOKS.error(REQUEST_ID)), {
    state: "failed",
    details: { event: "completed", taskStatus: "ERROR", error: "Invalid status code: 422" },
  });
  assert.deepEqual(read(WEBHOOKS.unserialisable(REQUEST_ID)), {
    state: "succeeded",
    details: {
      event: "completed",
      taskStatus: "OK",
      payloadError: "Response payload is not JSON serializable.",
    },
  });
});

Deno.test("a status that nobody knows, and what is no webhook, leave the state unknown", () => {
  for (const status of [null, undefined, "ok", "COMPLETED", 7, [], {}]) {
    const event = parseWebhook(JSON.stringify({ request_id: REQUEST_ID, status }));
    assert.deepEqual([event.externalId, event.state], [REQUEST_ID, "unknown"]);
  }
  for (
    const body of [
      "",
      "null",
      "7",
      "[]",
      '"OK"',
      "<html>",
      "{",
      "{}",
      '{"request_id":""}',
      "[".repeat(100_000),
    ]
  ) {
    const { externalId, state } = parseWebhook(body);
    assert.deepEqual([externalId, state], [null, "unknown"]);
  }
});

Deno.test("two bodies are two events, one body is one", () => {
  assert.equal(parseWebhook(OK).dedupeKey, parseWebhook(OK).dedupeKey);
  assert.notEqual(parseWebhook(OK).dedupeKey, parseWebhook(`${OK} `).dedupeKey);
});

// Signatures ------------------------------------------------------------------------------------------------------

Deno.test("the test vector is accepted", async () => {
  const rawBody =
    `{"request_id":"${REQUEST_ID}","gateway_request_id":"${REQUEST_ID}","status":"OK","payload":{"images":[{"url":"https://example.com/a.png"}]}}`;
  const headers = new Headers({
    "x-fal-webhook-request-id": REQUEST_ID,
    "x-fal-webhook-user-id": USER_ID,
    "x-fal-webhook-timestamp": "1755599644",
    "x-fal-webhook-signature":
      "ab088f6f4cbffa8040faf2f0de4e387e0115d282212903c0a750a712faf59d763d3d629bbfc8fd2b52f82f6245fe1cbcf5fdb0b7efcf693bc1c30976dcfa3e01",
  });
  await using server = falWithKeys("A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg");
  const delivery = { headers, rawBody, receivedAt: 1755599644_000 };
  assert.deepEqual(await verify(delivery, falAccount(server.url)), { ok: true, verifiedBy: "fal-ed25519" });
  await using padded = falWithKeys("A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=");
  assert.equal((await verify(delivery, falAccount(padded.url))).ok, true);
});

Deno.test("any of the published keys will do, and what is no key is passed over", async () => {
  await using server = fakeFal();
  const { keys: [good] } = keySet(keyPair().x);
  const odd = [null, 7, {}, { ...good, crv: "X25519" }, { ...good, x: "AAAA" }, { ...good, x: 7 }, {
    kty: "RSA",
  }];
  server.answer("jwks", { keys: [...odd, ...keySet(keyPair(9).x).keys, good] });
  assert.equal((await verify(signedByFal(OK), falAccount(server.url))).ok, true);
});

Deno.test("anything signed that is changed is refused", async () => {
  await using server = falWithKeys();
  const account = falAccount(server.url, { user_id: "user_xyz" });
  const good = signedByFal(OK, { userId: "user_xyz" });
  assert.equal(codeOf(await verify(good, account)), "ok");
  const other = "00000000-0000-4000-8000-000000000000";
  const forgeries: Delivery[] = [
    { ...good, rawBody: `${OK} ` },
    { ...good, rawBody: OK.replace('"OK"', '"ERROR"') },
    { ...good, rawBody: "" },
    altered({ ...good, rawBody: OK.replaceAll(REQUEST_ID, other) }, "request-id", other),
    altered(good, "timestamp", String(Math.floor(good.receivedAt / 1000) + 1)),
    altered(good, "signature", keyPair().sign("something else")),
    signedByFal(OK, { userId: "user_xyz", pair: keyPair(9) }),
  ];
  for (const name of ["request-id", "user-id", "timestamp", "signature"]) {
    for (const value of [null, "", "0", "x"]) forgeries.push(altered(good, name, value));
  }
  for (const forged of forgeries) assert.equal(codeOf(await verify(forged, account)), "unauthenticated");
});

Deno.test("five minutes are the limit, either way", async () => {
  await using server = falWithKeys();
  const at = 1_755_599_644_000;
  for (
    const [late, code] of [[300_000, "ok"], [-300_000, "ok"], [301_000, "unauthenticated"], [
      -301_000,
      "unauthenticated",
    ]] as const
  ) {
    const delivery = { ...signedByFal(OK, { at }), receivedAt: at + late };
    assert.equal(codeOf(await verify(delivery, falAccount(server.url))), code, String(late));
  }
});

Deno.test("the request in the header must be the one in the body", async () => {
  await using server = falWithKeys();
  const other = "00000000-0000-4000-8000-000000000000";
  const delivery = signedByFal(JSON.stringify(WEBHOOKS.success(other)), { requestId: REQUEST_ID });
  assert.equal(codeOf(await verify(delivery, falAccount(server.url))), "unauthenticated");
  // fal's own tries have ids too: they do not count.
  const gateway = JSON.stringify({ ...WEBHOOKS.success(other), gateway_request_id: REQUEST_ID });
  assert.equal(codeOf(await verify(signedByFal(gateway), falAccount(server.url))), "unauthenticated");
});

Deno.test("without a user id nothing is accepted, and no keys are asked for", async () => {
  await using server = falWithKeys();
  for (const user_id of [undefined, null, "", 7, [USER_ID]]) {
    assert.equal(codeOf(await verify(signedByFal(OK), falAccount(server.url, { user_id }))), "misconfigured");
  }
  assert.equal(server.requests.length, 0);
});

Deno.test("without keys nothing is accepted: fal is to try again", async () => {
  for (
    const answer of [new Response("", { status: 500 }), new Response("<html>"), { keys: [] }, { keys: 7 }, {}]
  ) {
    await using server = fakeFal();
    server.answer("jwks", answer);
    assert.equal(codeOf(await verify(signedByFal(OK), falAccount(server.url))), "misconfigured");
  }
});
