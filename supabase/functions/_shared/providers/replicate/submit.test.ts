/** Handing a job to Replicate (replicate.md#endpoints, #limits, #errors). */
import assert from "node:assert/strict";
import { API_KEY, type Differences, TOKEN } from "../../engine/work_item_fixture.ts";
import { jsonOf, nobodysUrl, rudeServer } from "../../runtime/fake_runtime.ts";
import { submitBy } from "../kit/fake_provider.ts";
import { ProviderError, type SubmitContext } from "../provider.ts";
import {
  CALLBACK,
  fakeReplicate,
  IMAGE_SETTINGS,
  prediction,
  PREDICTION_ID,
  replicateWork,
} from "./fake_replicate.ts";
import { replicate } from "./replicate.ts";

const created = () => Response.json(prediction({ status: "starting", output: null }), { status: 201 });
const submitTo = (url: string, differences?: Differences, files: SubmitContext["files"] = {}) =>
  submitBy(replicate, replicateWork(url, differences), { callbackUrl: CALLBACK, files });
/** The failure and ambiguity of a submit that must fail. */
async function failureOf(submit: Promise<unknown>) {
  const error = await submit.then(() => assert.fail("it was taken"), (error) => error);
  assert.ok(error instanceof ProviderError, String(error));
  return { ...error.failure, isAmbiguous: error.isAmbiguous };
}

Deno.test("a submit sends the mapped input, the key, and a callback for the end alone", async () => {
  await using server = fakeReplicate();
  server.answer("create", created());
  const submitted = await submitTo(server.url, {
    job: { input: { prompt: "a red hat", output_format: "jpeg" } },
  });
  assert.deepEqual([submitted.externalId, submitted.details], [PREDICTION_ID, {
    taskStatus: "starting",
    model: "google/nano-banana",
  }]);
  const [request, ...others] = server.requests;
  assert.equal(others.length, 0);
  assert.equal(`${request?.method} ${request?.path}`, "POST /v1/models/google/nano-banana/predictions");
  assert.equal(request?.headers.get("authorization"), `Bearer ${API_KEY}`);
  assert.deepEqual(request && jsonOf(request), {
    input: { prompt: "a red hat", output_format: "jpg" },
    webhook: CALLBACK,
    webhook_events_filter: ["completed"],
  });
});

Deno.test("images go by their addresses, to the edit model where there is one", async () => {
  await using server = fakeReplicate();
  server.answer("create", created());
  const files = { images: ["https://a.example/1", "https://a.example/2"] };
  const job = { input: { prompt: "a blue hat", images: ["u/1.png", "u/2.png"] } };
  await submitTo(server.url, { job }, files);
  await submitTo(server.url, { job, toolSettings: { ...IMAGE_SETTINGS, edit_model: "acme/painter" } }, files);
  await submitTo(server.url, { toolSettings: { ...IMAGE_SETTINGS, edit_model: "acme/painter" } });
  assert.deepEqual(server.requests.map(({ path }) => path), [
    "/v1/models/google/nano-banana/predictions",
    "/v1/models/acme/painter/predictions",
    "/v1/models/google/nano-banana/predictions",
  ]);
  assert.deepEqual(jsonOf(server.requests[0]!).input, { prompt: "a blue hat", image_input: files.images });
});

Deno.test("a model that is not an official one is called by its version", async () => {
  await using server = fakeReplicate();
  server.answer("create", created());
  await submitTo(server.url, { toolSettings: { ...IMAGE_SETTINGS, version: "5c7d5dc6" } });
  assert.equal(server.requests[0]?.path, "/v1/predictions");
  assert.equal(jsonOf(server.requests[0]!).version, "5c7d5dc6");
});

Deno.test("an answer that names no prediction may have made one", async () => {
  await using server = fakeReplicate();
  for (const answer of [{}, [], { id: null }, { id: "" }, { status: "starting" }, new Response("<html>")]) {
    server.answer("create", answer);
    const { code, isAmbiguous } = await failureOf(submitTo(server.url));
    assert.deepEqual([code, isAmbiguous], ["malformed_answer", true]);
  }
});

Deno.test("a submit without an answer is in doubt, one that nobody heard is not", async () => {
  for (const manners of ["hangs up", "breaks off"] as const) {
    await using server = rudeServer(manners);
    assert.equal((await failureOf(submitTo(server.url))).isAmbiguous, true, manners);
  }
  assert.equal((await failureOf(submitTo(nobodysUrl()))).isAmbiguous, false);
});

Deno.test("nothing is sent without a key, without a model, or to a model whose name leads elsewhere", async () => {
  await using server = fakeReplicate();
  const { code } = await failureOf(submitTo(server.url, { account: { api_key: null } }));
  assert.equal(code, "secret_missing");
  for (
    const model of [undefined, "", "nano-banana", "google/nano/banana", "../nano", "google/..", "google/x?y"]
  ) {
    const failure = await failureOf(submitTo(server.url, { toolSettings: { ...IMAGE_SETTINGS, model } }));
    assert.equal(failure.code, "tool_misconfigured", String(model));
  }
  assert.equal(server.requests.length, 0);
});

Deno.test("the prediction repeats its callback; its token is not kept", async () => {
  await using server = fakeReplicate();
  server.answer("create", created());
  const { raw } = await submitTo(server.url);
  assert.match(JSON.stringify(raw), /\[redacted\]/);
  assert.doesNotMatch(JSON.stringify(raw), new RegExp(`${API_KEY}|${TOKEN}`));
});
