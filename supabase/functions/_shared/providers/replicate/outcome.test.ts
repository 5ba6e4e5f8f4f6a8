/** Asking Replicate how a prediction stands, and stopping it (replicate.md#predictions, #errors). */
import assert from "node:assert/strict";
import { API_KEY, type Differences } from "../../engine/work_item_fixture.ts";
import { rudeServer } from "../../runtime/fake_runtime.ts";
import { addressesOf } from "../kit/fake_provider.ts";
import { ProviderError } from "../provider.ts";
import { fakeReplicate, IMAGE_SETTINGS, prediction, PREDICTION_ID, replicateWork } from "./fake_replicate.ts";
import { replicate } from "./replicate.ts";

const ask = (url: string, differences?: Differences) =>
  replicate.fetchOutcome(replicateWork(url, differences), PREDICTION_ID);
/** The outcome of a prediction that looks like this. */
async function outcomeOf(
  differences: Record<string, unknown>,
  toolSettings: Record<string, unknown> = IMAGE_SETTINGS,
) {
  await using server = fakeReplicate();
  server.answer("get", prediction(differences));
  return await ask(server.url, { toolSettings });
}
async function urlsOf(output: unknown, toolSettings?: Record<string, unknown>) {
  const outcome = await outcomeOf({ output }, toolSettings);
  assert.ok(outcome.state === "succeeded", outcome.state);
  return addressesOf(outcome.outputs);
}
async function failureOf(differences: Record<string, unknown>) {
  const outcome = await outcomeOf({ output: null, ...differences });
  assert.ok(outcome.state === "failed", outcome.state);
  return outcome.failure;
}

Deno.test("each status has its state", async () => {
  const states = {
    starting: "queued",
    processing: "running",
    succeeded: "succeeded",
    failed: "failed",
    canceled: "failed",
    aborted: "failed",
    successful: "unknown",
    SUCCEEDED: "unknown",
  };
  for (const [status, state] of Object.entries(states)) {
    assert.equal((await outcomeOf({ status })).state, state, status);
  }
  for (const status of [null, undefined, 7, [], {}]) {
    assert.equal((await outcomeOf({ status })).state, "unknown");
  }
});

Deno.test("a prediction is asked for by its id, with the key", async () => {
  await using server = fakeReplicate();
  server.answer("get", prediction());
  await ask(server.url);
  assert.equal(server.requests[0]?.path, `/v1/predictions/${PREDICTION_ID}`);
  assert.equal(server.requests[0]?.headers.get("authorization"), `Bearer ${API_KEY}`);
});

// Outputs ---------------------------------------------------------------------------------------------------------

Deno.test("an output is an address, a list of them, or an object with some", async () => {
  const [a, b] = ["https://replicate.delivery/a.png", "https://replicate.delivery/b.png"];
  assert.deepEqual(await urlsOf(a), [a]);
  assert.deepEqual(await urlsOf([a, b]), [a, b]);
  assert.deepEqual(await urlsOf({ image: a, caption: "a hat", more: [{ mask: b }] }), [a, b]);
  assert.deepEqual(await urlsOf({ image: a, mask: b }, { ...IMAGE_SETTINGS, output_field: "mask" }), [b]);
});

Deno.test("success without an address is not known to be success", async () => {
  for (const output of [null, "", "a hat", [], {}, 7, ["a", "hat"], [null], { text: "file:///etc/passwd" }]) {
    assert.equal((await outcomeOf({ output })).state, "unknown");
  }
  assert.equal((await outcomeOf({}, { ...IMAGE_SETTINGS, output_field: "mask" })).state, "unknown");
});

Deno.test("a result that Replicate has deleted is a failure that says so", async () => {
  const { code, message, retryClass } = await failureOf({ data_removed: true, output: null });
  assert.deepEqual([code, retryClass], ["data_removed", "never"]);
  assert.match(message, /deleted.*hour/);
  assert.equal((await outcomeOf({ data_removed: true })).state, "succeeded", "what is still there is taken");
});

Deno.test("what asking again would not change is the prediction's end, unless it is of the key or the address", async () => {
  await using server = fakeReplicate();
  for (const status of [400, 409, 410, 422]) {
    server.answer("get", Response.json({ title: "Oh", detail: "No.", status }, { status }));
    const outcome = await ask(server.url);
    assert.ok(outcome.state === "failed", outcome.state);
    const { retryClass, code, message } = outcome.failure;
    assert.deepEqual([retryClass, code, message], ["never", `http_${status}`, "No."]);
  }
  for (const status of [401, 402, 403, 405, 408, 429]) {
    server.answer("get", Response.json({ title: "Oh", detail: "No.", status }, { status }));
    await assert.rejects(ask(server.url), ProviderError);
  }
  server.answer("get", new Response("<html>a proxy's page</html>", { status: 400 }));
  await assert.rejects(ask(server.url), ProviderError);
});

Deno.test("a prediction that was stopped is told from one that failed", async () => {
  for (
    const [status, how] of [["failed", undefined], ["canceled", "stopped"], ["aborted", "stopped"]] as const
  ) {
    const outcome = await outcomeOf({ status });
    assert.ok(outcome.state === "failed", outcome.state);
    assert.equal(outcome.how, how, status);
  }
});

Deno.test("errors on the way to the answer say nothing of the prediction", async () => {
  for (const status of [401, 402, 429, 500, 503]) {
    await using server = fakeReplicate();
    server.answer("get", new Response("<html>", { status }));
    await assert.rejects(ask(server.url), ProviderError);
  }
  await using rude = rudeServer("breaks off");
  await assert.rejects(ask(rude.url), ProviderError);
  await using server = fakeReplicate();
  assert.equal((await ask(server.url)).state, "unknown", "404");
  server.answer("get", new Response("<html>"));
  assert.equal((await ask(server.url)).state, "unknown", "no JSON");
});
