/** KIE's callbacks in the shapes of kie.md#callbacks, and their signature (#signature). */
import assert from "node:assert/strict";
import type { Delivery, Verdict, WebhookEvent } from "../provider.ts";
import { KIE_TASK, succeededWith } from "./fake_kie.ts";
import { kie } from "./kie.ts";
import {
  failureCallback,
  HMAC_KEY,
  midjourneyCallback,
  signedDelivery,
  successCallback,
  sunoCallback,
} from "./kie_callbacks_fixture.ts";
import { parseWebhook } from "./webhook.ts";

const success = successCallback(KIE_TASK);
const failure = failureCallback(KIE_TASK);
const inState = (state: unknown, code: unknown = 200) => ({
  ...success,
  code,
  data: { ...success.data, state },
});

/** Name, body, state. */
const SHAPES: readonly (readonly [string, unknown, WebhookEvent["state"]])[] = [
  ["success", success, "succeeded"],
  ["failure", failure, "failed"],
  ["the answer of recordInfo", succeededWith("https://a.example/1.png"), "succeeded"],
  ["waiting", inState("waiting"), "running"],
  ["queuing", inState("queuing"), "running"],
  ["generating", inState("generating"), "running"],
  ["failure with code 200", inState("fail"), "failed"],
  ["success with an error's code", inState("success", 501), "unknown"],
  ["success without a code", inState("success", null), "unknown"],
  ["success with its code as text", inState("success", "200"), "succeeded"],
  ["a state that nobody knows", inState("exploded"), "unknown"],
  ["a state of another type", inState({ success: true }), "unknown"],
  ["Midjourney's, success", midjourneyCallback(KIE_TASK), "succeeded"],
  ["Midjourney's, failure", midjourneyCallback(KIE_TASK, 500), "failed"],
  ["Midjourney's, success without results", {
    code: 200,
    msg: "",
    data: { taskId: KIE_TASK, resultUrls: [] },
  }, "unknown"],
  [
    "Midjourney's, with a state that is none",
    {
      code: 200,
      msg: "",
      data: { taskId: KIE_TASK, state: ["fail"], resultUrls: ["https://example.com/1.png"] },
    },
    "unknown",
  ],
  ["Suno's, complete", sunoCallback(KIE_TASK, "complete"), "succeeded"],
  ["Suno's, in between", sunoCallback(KIE_TASK, "first"), "running"],
  ["Suno's, error", sunoCallback(KIE_TASK, "error"), "failed"],
  ["Suno's, error by its code", sunoCallback(KIE_TASK, "complete", 531), "failed"],
  ["a code and an id, no more", { code: 200, data: { taskId: KIE_TASK } }, "unknown"],
  ["an id, no more", { data: { taskId: KIE_TASK } }, "unknown"],
];

for (const [name, body, state] of SHAPES) {
  Deno.test(`${name}: the task is ${state}, its id known`, () => {
    const event = parseWebhook(JSON.stringify(body));
    assert.deepEqual([event.externalId, event.state], [KIE_TASK, state]);
  });
}

Deno.test("the history is shown what happened and the state", () => {
  assert.deepEqual(parseWebhook(JSON.stringify(success)).details, {
    event: "Playground task completed successfully.",
    taskStatus: "success",
  });
  assert.deepEqual(parseWebhook(JSON.stringify(sunoCallback(KIE_TASK, "first"))).details, {
    event: "first",
    taskStatus: 200,
  });
  assert.deepEqual(parseWebhook("<html>").details, { event: "unreadable" });
});

Deno.test("what is no callback names no task and says nothing of one", () => {
  const bodies = [
    "",
    "null",
    "7",
    "[]",
    '"text"',
    "<html>",
    "{",
    "{}",
    '{"data":null}',
    '{"data":[]}',
    "[".repeat(100_000),
  ];
  bodies.push(
    '{"code":200,"data":{"taskId":""}}',
    '{"code":200,"data":{"taskId":"a b"}}',
    '{"data":{"taskId":{}}}',
  );
  bodies.push(JSON.stringify({ code: 200, data: { taskId: "x".repeat(201) } }));
  for (const body of bodies) {
    const { externalId, state } = parseWebhook(body);
    assert.deepEqual([externalId, state], [null, "unknown"], body.slice(0, 40));
  }
});

Deno.test("both spellings of the id are read, the documented one first", () => {
  assert.equal(parseWebhook('{"data":{"taskId":"a","task_id":"b"}}').externalId, "a");
  assert.equal(parseWebhook('{"data":{"taskId":"","task_id":"b"}}').externalId, "b");
});

// Whoever knows the token may say anything first; what KIE says afterwards counts all the same.
Deno.test("the same bytes are the same event, other bytes are another", () => {
  const bodies = [
    ...SHAPES.map(([, body]) => JSON.stringify(body)),
    JSON.stringify({ ...success, forged: true }),
    "",
    " ",
  ];
  const keys = bodies.map((body) => parseWebhook(body).dedupeKey);
  assert.equal(new Set(keys).size, new Set(bodies).size);
  assert.deepEqual(bodies.map((body) => parseWebhook(body).dedupeKey), keys);
});

// Signature -------------------------------------------------------------------------------------------------------

const body = JSON.stringify(success);
const account = { settings: {}, webhookSecret: HMAC_KEY };
const verify = (delivery: Delivery, of = account as Parameters<NonNullable<typeof kie.verify>>[1]) =>
  kie.verify?.(delivery, of) as Verdict;
const codeOf = (verdict: Verdict) => verdict.ok ? verdict.verifiedBy : verdict.code;

/** The vector of kie.md#test-vector. */
const VECTOR = new Headers({
  "x-webhook-timestamp": "1755599644",
  "x-webhook-signature": "LJurV8/Z/ZaR0OTW2vKVk/sPNecI2WA1c5PwsjbnLqg=",
});

Deno.test("the known signature of a known task is accepted", () => {
  for (const data of [{ taskId: KIE_TASK }, { task_id: KIE_TASK }]) {
    const rawBody = JSON.stringify({ code: 200, data });
    assert.deepEqual(verify({ headers: VECTOR, rawBody, receivedAt: 1755599644_000 }), {
      ok: true,
      verifiedBy: "kie-hmac",
    });
  }
});

Deno.test("a signature counts for five minutes, before and after", () => {
  for (
    const [ageSeconds, expected] of [[0, true], [300, true], [-300, true], [301, false], [
      -301,
      false,
    ]] as const
  ) {
    assert.equal(verify(signedDelivery(body, KIE_TASK, { ageSeconds })).ok, expected, `${ageSeconds} s`);
  }
});

Deno.test("another task's signature, another key's, or none is refused", () => {
  assert.equal(codeOf(verify(signedDelivery(body, "another"))), "unauthenticated");
  assert.equal(codeOf(verify(signedDelivery(body, KIE_TASK, { key: "guessed" }))), "unauthenticated");
  for (const name of ["x-webhook-timestamp", "x-webhook-signature"]) {
    for (const value of [null, "", "x", "+1755599644", "1755599644.0", "0x68a4a0dc", "1e9"]) {
      const delivery = signedDelivery(body, KIE_TASK);
      if (value === null) delivery.headers.delete(name);
      else delivery.headers.set(name, value);
      assert.equal(codeOf(verify(delivery)), "unauthenticated", `${name}: ${value}`);
    }
  }
});

Deno.test("a body that names no task is refused, for its signature could be any task's", () => {
  for (const rawBody of ["", "{", "{}", '{"data":{}}']) {
    assert.equal(codeOf(verify({ ...signedDelivery(body, KIE_TASK), rawBody })), "unauthenticated");
    assert.equal(codeOf(verify(signedDelivery(rawBody, ""))), "unauthenticated");
    assert.equal(codeOf(verify(signedDelivery(rawBody, "null"))), "unauthenticated");
  }
});

Deno.test("without the account's secret nothing can be checked, and nothing is accepted", () => {
  for (const webhookSecret of [null, ""]) {
    for (
      const settings of [{}, { unsigned_webhooks: false }, { unsigned_webhooks: "true" }, {
        unsigned_webhooks: 1,
      }]
    ) {
      const delivery = signedDelivery(body, KIE_TASK, { key: "" });
      assert.equal(codeOf(verify(delivery, { settings, webhookSecret })), "misconfigured");
    }
  }
});

Deno.test("an account that says that KIE does not sign for it goes by the token alone", () => {
  const settings = { unsigned_webhooks: true };
  const unsigned = { headers: new Headers(), rawBody: body, receivedAt: 0 };
  assert.equal(codeOf(verify(unsigned, { settings, webhookSecret: null })), "token");
  assert.equal(
    codeOf(verify(unsigned, { settings, webhookSecret: HMAC_KEY })),
    "unauthenticated",
    "a key is used",
  );
});
