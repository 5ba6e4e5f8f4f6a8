/** RunningHub's webhooks, in every shape that was seen (runninghub.md#webhooks). */
import assert from "node:assert/strict";
import { digitIds, keepsEveryDigit, readsAnything, type Template } from "../kit/webhook_bodies_fixture.ts";
import type { WebhookEvent } from "../provider.ts";
import { TASK_ID } from "./fake_runninghub.ts";
import { parseWebhook } from "./webhook.ts";

const bare = (body: unknown) => JSON.stringify(body).replaceAll(`"${TASK_ID}"`, TASK_ID);
const text = (body: unknown) => JSON.stringify(body);
const succeeded = {
  code: 0,
  msg: "success",
  data: [{ fileUrl: "https://a.example/1.png", fileType: "png", nodeId: "9" }],
};
const failed = {
  code: 805,
  msg: "APIKEY_TASK_STATUS_ERROR",
  data: { failedReason: { exception_message: "bad" } },
};
const flat = (status: string) => ({
  taskId: TASK_ID,
  status,
  errorCode: "",
  results: [{ url: "https://a.example/1.png" }],
});
const envelope = (eventData: unknown) => ({ event: "TASK_END", taskId: TASK_ID, eventData });

/** Name, body, state. */
const SHAPES: readonly (readonly [string, string, WebhookEvent["state"]])[] = [
  ["eventData a string, success", text(envelope(text(succeeded))), "succeeded"],
  ["eventData a string, failure 805", text(envelope(text(failed))), "failed"],
  ["eventData a string, failure 805 without data", text(envelope(text({ ...failed, data: null }))), "failed"],
  ["eventData a string, code 200", text(envelope(text({ ...succeeded, code: 200 }))), "succeeded"],
  ["eventData a string, code as a string", text(envelope(text({ ...failed, code: "805" }))), "failed"],
  ["eventData a string, code 804", text(envelope(text({ code: 804, msg: "", data: null }))), "running"],
  ["eventData a string, code 813", text(envelope(text({ code: 813, msg: "", data: null }))), "running"],
  ["eventData an object, flat, success", text(envelope(flat("SUCCESS"))), "succeeded"],
  [
    "eventData an object, flat, failure",
    text(envelope({ ...flat("FAILED"), errorCode: "805", results: null })),
    "failed",
  ],
  ["eventData an object, flat, running", text(envelope(flat("RUNNING"))), "running"],
  ["eventData an object, flat, queued", text(envelope(flat("QUEUED"))), "running"],
  ["eventData a string of the flat object", text(envelope(text(flat("SUCCESS")))), "succeeded"],
  ["eventData wrapped, success", text(envelope({ code: 0, msg: "", data: flat("SUCCESS") })), "succeeded"],
  [
    "eventData wrapped, failure behind code 0",
    text(envelope({ code: 0, msg: "", data: flat("FAILED") })),
    "failed",
  ],
  ["no envelope, success", text(flat("SUCCESS")), "succeeded"],
  ["no envelope, failure", text(flat("FAILED")), "failed"],
  ["status in lower case", text(flat("success")), "succeeded"],
  ["the id spelt task_id", text({ task_id: TASK_ID, status: "SUCCESS" }), "succeeded"],
  ["the id only within eventData", text({ event: "TASK_END", eventData: flat("SUCCESS") }), "succeeded"],
  ["the id only within wrapped eventData", text({ eventData: { code: 0, data: flat("FAILED") } }), "failed"],
  ["the id a bare number, eventData a string", bare(envelope(text(succeeded))), "succeeded"],
  ["the id a bare number, eventData an object", bare(envelope(flat("FAILED"))), "failed"],
  ["the id a bare number, no envelope", bare(flat("SUCCESS")), "succeeded"],
  ["the id a bare number within a string", text({ eventData: bare(flat("SUCCESS")) }), "succeeded"],
  ["eventData null", text(envelope(null)), "unknown"],
  ["eventData missing", text(envelope(undefined)), "unknown"],
  ["eventData an empty string", text(envelope("")), "unknown"],
  ["eventData cut off", text(envelope('{"code":0,"data":[{')), "unknown"],
  ["eventData a list", text(envelope([succeeded])), "unknown"],
  ["eventData a number", text(envelope(0)), "unknown"],
  ["eventData an empty object", text(envelope({})), "unknown"],
  ["a code that is null", text(envelope({ code: null, msg: "", data: null })), "unknown"],
  ["a status that nobody knows", text(flat("EXPLODED")), "unknown"],
];

for (const [name, body, state] of SHAPES) {
  Deno.test(`${name}: the task is ${state}, its id exact`, () => {
    const event = parseWebhook(body);
    assert.equal(event.externalId, TASK_ID);
    assert.equal(event.state, state);
  });
}

Deno.test("the history is shown the event and the status, as far as there are any", () => {
  assert.deepEqual(parseWebhook(text(envelope(flat("SUCCESS")))).details, {
    event: "TASK_END",
    taskStatus: "SUCCESS",
  });
  assert.deepEqual(parseWebhook(text(envelope(text(failed)))).details, {
    event: "TASK_END",
    taskStatus: "FAILED",
  });
  assert.equal(parseWebhook("<html>").details.event, "unreadable");
});

Deno.test("what is no webhook names no task and says nothing of one", () => {
  for (
    const body of [
      "",
      "null",
      "7",
      "[]",
      '"text"',
      "<html>",
      "{",
      "{}",
      '{"taskId":null}',
      "[".repeat(100_000),
    ]
  ) {
    const { externalId, state } = parseWebhook(body);
    assert.deepEqual([externalId, state], [null, "unknown"], body.slice(0, 20));
  }
});

Deno.test("an empty task id is none, and hides no other", () => {
  assert.equal(parseWebhook(text({ ...envelope(text(succeeded)), taskId: "" })).externalId, null);
  assert.equal(parseWebhook(text({ ...envelope(flat("SUCCESS")), taskId: "" })).externalId, TASK_ID);
});

// After a submit in doubt the webhook alone knows the id: it must not be lost for something else that is odd.
Deno.test("a task id that can be read is read, however odd the rest", () => {
  for (
    const rest of [{ status: 2 }, { event: 7 }, { code: "none" }, { task_id: 12 }, {
      eventData: { status: 3 },
    }]
  ) {
    assert.equal(parseWebhook(text({ taskId: TASK_ID, ...rest })).externalId, TASK_ID, text(rest));
  }
});

Deno.test("the same bytes are the same event, other bytes are another", () => {
  const bodies = [...new Set(SHAPES.map(([, body]) => body)), "", " ", "<html>", "<html >"];
  const keys = bodies.map((body) => parseWebhook(body).dedupeKey);
  assert.equal(new Set(keys).size, bodies.length);
  assert.deepEqual(bodies.map((body) => parseWebhook(body).dedupeKey), keys);
});

// Whoever knows the token may say anything first; what RunningHub says afterwards counts all the same.
Deno.test("an event that says the same of the same task in other words is no duplicate", () => {
  const real = envelope(text(succeeded));
  assert.notEqual(
    parseWebhook(text(real)).dedupeKey,
    parseWebhook(text({ ...real, forged: true })).dedupeKey,
  );
});

// Anything at all -------------------------------------------------------------------------------------------------

const templates = SHAPES.map(([, body]): Template => (id) => body.replaceAll(TASK_ID, id));

Deno.test("no body, whatever its shape, loses a digit of its id", () =>
  keepsEveryDigit(parseWebhook, templates, digitIds));

Deno.test("no damaged body throws, and none gives an id that it does not hold", () =>
  readsAnything(parseWebhook, templates, digitIds));
