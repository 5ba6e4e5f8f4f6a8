/** What a cancel says of the prediction: it says so itself, afterwards (replicate.md#predictions). */
import assert from "node:assert/strict";
import { ProviderError } from "../provider.ts";
import { fakeReplicate, prediction, PREDICTION_ID, replicateWork } from "./fake_replicate.ts";
import { replicate } from "./replicate.ts";

const cancel = async (url: string) => await replicate.cancel?.(replicateWork(url), PREDICTION_ID);

Deno.test("a prediction is cancelled with POST, and asked after then", async () => {
  await using server = fakeReplicate();
  server.answer("cancel", prediction({ status: "processing" }));
  server.answer("get", prediction({ status: "canceled" }));
  assert.equal(await cancel(server.url), "stopped");
  assert.deepEqual(server.requests.map(({ method, path }) => `${method} ${path}`), [
    `POST /v1/predictions/${PREDICTION_ID}/cancel`,
    `GET /v1/predictions/${PREDICTION_ID}`,
  ]);
});

Deno.test("whether it was stopped is told by its status afterwards, whatever the cancel was answered", async () => {
  await using server = fakeReplicate();
  for (
    const [status, result] of [
      ["canceled", "stopped"],
      ["aborted", "stopped"],
      ["succeeded", "over"],
      ["failed", "over"],
      ["starting", "asked"],
      ["processing", "asked"],
      ["something new", "asked"],
    ] as const
  ) {
    for (const http of [200, 404, 409, 422]) {
      server.answer("cancel", Response.json(prediction({ status: "canceled" }), { status: http }));
      server.answer("get", prediction({ status }));
      assert.equal(await cancel(server.url), result, `${status} ${http}`);
    }
  }
  server.answer("get", Response.json({ detail: "Not found." }, { status: 404 }));
  assert.equal(await cancel(server.url), "over");
});

Deno.test("a cancel that failed, or of which nobody knows what came of it, is an error", async () => {
  await using server = fakeReplicate();
  server.answer("get", prediction({ status: "canceled" }));
  for (const status of [500, 429, 401, 403]) {
    server.answer("cancel", new Response("", { status }));
    await assert.rejects(cancel(server.url), ProviderError);
  }
  server.answer("cancel", prediction({ status: "canceled" }));
  for (const status of [500, 429, 401]) {
    server.answer("get", new Response("", { status }));
    await assert.rejects(cancel(server.url), ProviderError);
  }
});
