/** Callbacks of Astria in every shape that is documented or was seen (astria.md#callbacks). */
import assert from "node:assert/strict";
import { tuneWith } from "./fake_astria.ts";
import { parseWebhook } from "./webhook.ts";

const TRAINED = { started_training_at: "2026-11-20T12:02:05.229Z", trained_at: "2026-11-20T12:32:40.363Z" };
const PROMPT = { id: 901, text: "ohwx woman", tune_id: 788416, ...TRAINED, images: ["https://x/0.jpg"] };
const parse = (body: unknown) => parseWebhook(typeof body === "string" ? body : JSON.stringify(body));
const summary = (body: unknown) => {
  const { externalId, state, details } = parse(body);
  return [externalId, state, details.event];
};

Deno.test("a trained tune is a success, wrapped, bare or in an array", () => {
  const tune = tuneWith(TRAINED);
  for (const body of [{ tune }, tune, [tune], [{ tune }]]) {
    assert.deepEqual(summary(body), ["788416", "succeeded", "tune"]);
  }
  assert.deepEqual(parse({ tune }).details, {
    event: "tune",
    taskStatus: "trained",
    trained_at: TRAINED.trained_at,
  });
});

Deno.test("a tune that is not trained is no end", () => {
  assert.deepEqual(summary({ tune: tuneWith() }), ["788416", "unknown", "tune"]);
  const started = tuneWith({ started_training_at: TRAINED.started_training_at });
  assert.deepEqual(summary({ tune: started }), ["788416", "running", "tune"]);
  for (const trained_at of ["", null, false, 0, [], {}]) {
    assert.deepEqual(summary(tuneWith({ trained_at })), ["788416", "unknown", "tune"]);
  }
});

Deno.test("a prompt names its tune and says nothing of the training's end", () => {
  for (const body of [{ prompt: PROMPT }, PROMPT, [PROMPT, { ...PROMPT, id: 902 }]]) {
    assert.deepEqual(summary(body), ["788416", "unknown", "prompt"]);
  }
  const { tune_id: _tune, ...without } = PROMPT;
  assert.deepEqual(summary({ prompt: without }), [null, "unknown", "prompt"]);
});

Deno.test("a callback without an id says nothing, whatever else it says", () => {
  const { id: _id, ...rest } = tuneWith(TRAINED);
  assert.deepEqual(summary({ tune: rest }), [null, "unknown", "tune"]);
  for (const id of [null, "", "abc", 1.5, -1, {}, "1/2"]) {
    assert.deepEqual(summary({ tune: { ...rest, id } }), [null, "unknown", "tune"]);
  }
});

Deno.test("what is no entity is unreadable", () => {
  for (const body of ["", "<html>", "null", "7", '"x"', "[]", "[[]]", "[null]"]) {
    assert.deepEqual(summary(body), [null, "unknown", "unreadable"], body);
  }
});

Deno.test("the same bytes are the same event, other bytes another", () => {
  const body = JSON.stringify({ tune: tuneWith(TRAINED) });
  assert.equal(parse(body).dedupeKey, parse(body).dedupeKey);
  assert.notEqual(parse(body).dedupeKey, parse(`${body} `).dedupeKey);
});
