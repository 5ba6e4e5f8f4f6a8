/** Mistakes that others made with fal (fal.md#surprises, known-bugs.md), each kept from coming back. */
import assert from "node:assert/strict";
import { textOf } from "../../runtime/fake_runtime.ts";
import { submitBy } from "../kit/fake_provider.ts";
import { CALLBACK, fakeFal, falWork, modelError, REQUEST_ID, taken } from "./fake_fal.ts";
import { fal } from "./fal.ts";
import { falAccount, keyPair, keySet, signedByFal, WEBHOOKS } from "./fal_webhooks_fixture.ts";
import { parseWebhook } from "./webhook.ts";

const ask = (url: string) => fal.fetchOutcome(falWork(url), REQUEST_ID);
const bodyOf = (id = REQUEST_ID) => JSON.stringify(WEBHOOKS.success(id));

Deno.test("another customer's webhook, which fal has signed as well, is refused", async () => {
  await using server = fakeFal();
  server.answer("jwks", keySet(keyPair().x));
  const verdict = await fal.verify?.(
    signedByFal(bodyOf(), { userId: "user_mallory" }),
    falAccount(server.url),
  );
  assert.deepEqual(verdict, {
    ok: false,
    code: "unauthenticated",
    reason: "The signature is of another user's task.",
  });
});

Deno.test("an account that does not say who it is accepts nothing, rather than everything", async () => {
  const verdict = await fal.verify?.(signedByFal(bodyOf()), { settings: {}, webhookSecret: null });
  assert.equal(verdict?.ok, false);
});

Deno.test("a webhook that comes before the submit's answer is asked after all the same", async () => {
  await using server = fakeFal();
  server.answer("status", { status: "COMPLETED" });
  server.answer("response", { images: [{ url: "https://v3.fal.media/a.png" }] });
  assert.equal((await ask(server.url)).state, "succeeded"); // nothing of the answer is in the checkpoint yet
});

Deno.test("the callback stands in the address, not within the model's input", async () => {
  await using server = fakeFal();
  server.answer("submit", taken(server.url));
  await submitBy(fal, falWork(server.url), { callbackUrl: CALLBACK, files: {} });
  const [request] = server.requests;
  assert.equal(request?.query.get("fal_webhook"), CALLBACK);
  assert.ok(request && !textOf(request).includes("webhook"));
});

Deno.test("a completed request may have failed, and a payload that is missing is no failure", async () => {
  await using server = fakeFal();
  server.answer("status", { status: "COMPLETED" });
  server.answer("response", modelError("image_load_error"));
  assert.equal((await ask(server.url)).state, "failed");
  const event = parseWebhook(JSON.stringify(WEBHOOKS.unserialisable(REQUEST_ID)));
  assert.equal(event.state, "succeeded");
});

Deno.test("the id of fal's own last try is not the request's", () => {
  const { gateway_request_id, ...rest } = WEBHOOKS.success(REQUEST_ID);
  assert.equal(parseWebhook(JSON.stringify({ gateway_request_id, ...rest })).externalId, REQUEST_ID);
  assert.equal(parseWebhook(JSON.stringify({ gateway_request_id, status: "OK" })).externalId, null);
});

Deno.test("a type is compared, not searched for in the text", async () => {
  await using server = fakeFal();
  server.answer("status", { status: "COMPLETED" });
  const msg = "the prompt mentions internal_server_error, 503 and runner_disconnected";
  const answer = { detail: [{ loc: ["body", "prompt"], msg, type: "value_error" }] };
  server.answer("response", Response.json(answer, { status: 422 }));
  const outcome = await ask(server.url);
  assert.ok(outcome.state === "failed");
  assert.deepEqual([outcome.failure.retryClass, outcome.failure.message], ["never", `body.prompt: ${msg}`]);
});

Deno.test("a status nobody knows and a result without files are no success", async () => {
  await using server = fakeFal();
  server.answer("status", { status: "DONE" }, { status: "COMPLETED" });
  server.answer("response", { images: [] });
  assert.equal((await ask(server.url)).state, "unknown");
  assert.equal((await ask(server.url)).state, "unknown");
});
