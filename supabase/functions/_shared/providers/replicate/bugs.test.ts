/** Mistakes that others made with Replicate (replicate.md#surprises, known-bugs.md), each kept from coming back. */
import assert from "node:assert/strict";
import { TOKEN } from "../../engine/work_item_fixture.ts";
import { submitBy } from "../kit/fake_provider.ts";
import { retryClassOfError } from "./codes.ts";
import {
  CALLBACK,
  fakeReplicate,
  prediction,
  PREDICTION_ID,
  replicateAccount,
  replicateWork,
  signedByReplicate,
} from "./fake_replicate.ts";
import { replicate } from "./replicate.ts";
import { parseWebhook } from "./webhook.ts";

const DONE = JSON.stringify(prediction());

Deno.test("a secret that is not set refuses everything, unsigned webhooks too", async () => {
  const unsigned = { headers: new Headers(), rawBody: DONE, receivedAt: Date.now() };
  for (const delivery of [unsigned, signedByReplicate(DONE)]) {
    const verdict = await replicate.verify?.(delivery, replicateAccount(null));
    assert.ok(verdict && !verdict.ok && verdict.code === "misconfigured");
  }
});

Deno.test("a webhook of half an hour ago is refused, though its signature is good", async () => {
  const verdict = await replicate.verify?.(
    signedByReplicate(DONE, { at: Date.now() - 30 * 60_000 }),
    replicateAccount(),
  );
  assert.ok(verdict && !verdict.ok && verdict.code === "unauthenticated");
});

Deno.test("redeliveries of one webhook have one id, two webhooks of one prediction have two", async () => {
  const ids = [];
  for (const id of ["msg_1", "msg_1", "msg_2"]) {
    const verdict = await replicate.verify?.(signedByReplicate(DONE, { id }), replicateAccount());
    ids.push(verdict?.ok && verdict.deliveryId);
  }
  assert.deepEqual(ids, ["msg_1", "msg_1", "msg_2"]);
});

Deno.test("a prediction that was aborted is over, and the word for success is succeeded", () => {
  assert.equal(parseWebhook(JSON.stringify(prediction({ status: "aborted" }))).state, "failed");
  assert.equal(parseWebhook(JSON.stringify(prediction({ status: "successful" }))).state, "unknown");
});

Deno.test("numbers and words that only look like trouble are no reason to pay again", () => {
  for (
    const error of [
      "Seed 490 is too small",
      "internal dimensions differ",
      "no director given",
      "memory is a film",
    ]
  ) {
    assert.equal(retryClassOfError(error), "never", error);
  }
});

Deno.test("success without an output is neither success nor failure", async () => {
  await using server = fakeReplicate();
  server.answer("get", prediction({ output: null }));
  assert.equal((await replicate.fetchOutcome(replicateWork(server.url), PREDICTION_ID)).state, "unknown");
});

Deno.test("a prediction whose answer was lost is found, so that it is not paid for twice", async () => {
  await using server = fakeReplicate();
  server.answer("create", new Response("", { status: 502 }));
  server.answer("list", { next: null, results: [prediction({ status: "starting" })] });
  const work = replicateWork(server.url);
  const context = { callbackUrl: CALLBACK, files: {} };
  await assert.rejects(submitBy(replicate, work, context));
  const found = await replicate.findTasks?.(work, context);
  assert.deepEqual(found?.map(({ externalId, state }) => [externalId, state]), [[PREDICTION_ID, "alive"]]);
  assert.equal(server.asked("create").length, 1);
});

Deno.test("the callback that a prediction repeats is not kept with its token", async () => {
  await using server = fakeReplicate();
  server.answer("get", prediction());
  const { raw } = await replicate.fetchOutcome(replicateWork(server.url), PREDICTION_ID);
  assert.doesNotMatch(JSON.stringify(raw), new RegExp(TOKEN));
});
