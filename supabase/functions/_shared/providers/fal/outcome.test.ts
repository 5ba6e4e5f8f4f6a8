/** Asking fal how a request stands, and stopping it (fal.md#queue, #webhooks). */
import assert from "node:assert/strict";
import { API_KEY, type Differences } from "../../engine/work_item_fixture.ts";
import { rudeServer } from "../../runtime/fake_runtime.ts";
import { addressesOf } from "../kit/fake_provider.ts";
import { ProviderError } from "../provider.ts";
import { fakeFal, falWork, IMAGE_SETTINGS, modelError, REQUEST_ID, taken } from "./fake_fal.ts";
import { fal } from "./fal.ts";

const IMAGE = { url: "https://v3.fal.media/files/a.png", content_type: "image/png", width: 1024 };
const ask = (url: string, differences?: Differences) =>
  fal.fetchOutcome(falWork(url, differences), REQUEST_ID);
/** The addresses that a submit's answer named. */
const addresses = (url: string) => {
  const { status_url, response_url, cancel_url } = taken(url);
  return { fal: { status_url, response_url, cancel_url } };
};
/** A fal whose request has ended with this answer. */
function finished(answer: Response | Record<string, unknown>) {
  const server = fakeFal();
  server.answer("status", { status: "COMPLETED", request_id: REQUEST_ID });
  server.answer("response", answer);
  return server;
}

Deno.test("a request waits, then runs; neither asks for the result", async () => {
  await using server = fakeFal();
  for (const [status, state] of [["IN_QUEUE", "queued"], ["IN_PROGRESS", "running"]] as const) {
    server.answer("status", Response.json({ status, queue_position: 3 }, { status: 202 }));
    assert.equal((await ask(server.url)).state, state);
  }
  assert.equal(server.asked("response").length, 0);
  assert.equal(server.requests[0]?.headers.get("authorization"), `Key ${API_KEY}`);
});

Deno.test("a completed request has its files, in the order of the result", async () => {
  await using server = finished({
    images: [IMAGE, { url: "https://v3.fal.media/b.jpg" }],
    seed: 7,
    prompt: "a hat",
  });
  const outcome = await ask(server.url);
  assert.ok(outcome.state === "succeeded");
  assert.deepEqual(outcome.outputs, [
    { url: IMAGE.url, contentType: "image/png" },
    { url: "https://v3.fal.media/b.jpg", contentType: null },
  ]);
});

Deno.test("a film is one file, not a list; a field may be named where there are several", async () => {
  await using server = finished({ video: { url: "https://v3.fal.media/a.mp4" }, preview: IMAGE });
  const all = await ask(server.url);
  const film = await ask(server.url, { toolSettings: { ...IMAGE_SETTINGS, output_field: "video" } });
  assert.ok(all.state === "succeeded" && film.state === "succeeded");
  assert.equal(all.outputs.length, 2);
  assert.deepEqual(addressesOf(film.outputs), ["https://v3.fal.media/a.mp4"]);
});

Deno.test("what is no file is passed over, and without any the outcome is not known", async () => {
  for (const images of [[], null, "https://a.example/1", [null, 7, "x", {}, { url: "" }, { url: 7 }]]) {
    await using server = finished({ images, seed: 7 });
    assert.equal((await ask(server.url)).state, "unknown");
  }
  for (const body of [[], "text", 7, null]) {
    await using server = finished(Response.json(body));
    assert.equal((await ask(server.url)).state, "unknown");
  }
  await using server = finished(new Response("<html>"));
  assert.equal((await ask(server.url)).state, "unknown");
});

Deno.test("a number too long for JavaScript keeps every digit in what is stored", async () => {
  await using server = finished(
    new Response(`{"images":[{"url":"https://a.example/1"}],"seed":196619188014358660}`),
  );
  const { raw } = await ask(server.url);
  assert.equal((raw as { seed: unknown }).seed, "196619188014358660");
});

Deno.test("a status that nobody knows, and a request that fal does not know, are asked about again", async () => {
  await using server = fakeFal();
  for (const answer of [{ status: "EXPLODED" }, {}, { status: 7 }, []]) {
    server.answer("status", answer);
    assert.equal((await ask(server.url)).state, "unknown");
  }
  server.answer("status", Response.json({ detail: "Request not found" }, { status: 404 }));
  assert.equal((await ask(server.url)).state, "unknown");
  await using gone = finished(Response.json({ detail: "Result not found" }, { status: 404 }));
  assert.equal((await ask(gone.url)).state, "unknown");
});

Deno.test("errors on the way to the answer say nothing of the task", async () => {
  const answers = [
    new Response("<html>", { status: 502 }),
    new Response("", { status: 503 }),
    Response.json({ detail: "Unauthorized" }, { status: 401 }),
    Response.json({ detail: "User is locked" }, { status: 403 }),
    Response.json({ detail: "Slow down" }, { status: 429 }),
  ];
  for (const answer of answers) {
    await using server = fakeFal();
    server.answer("status", answer);
    await assert.rejects(ask(server.url), ProviderError);
    await using atResult = finished(answer);
    await assert.rejects(ask(atResult.url), ProviderError, `result: ${answer.status}`);
  }
  await using server = rudeServer("hangs up");
  await assert.rejects(ask(server.url), ProviderError);
});

// Addresses -------------------------------------------------------------------------------------------------------

Deno.test("the addresses that fal gave are asked", async () => {
  await using server = finished({ images: [IMAGE] });
  const request = `${server.url}/elsewhere/requests/r1`;
  const checkpoint = {
    fal: { status_url: `${request}/status`, response_url: request, cancel_url: `${request}/cancel` },
  };
  server.answer("cancel", { status: "OK" });
  assert.equal((await ask(server.url, { attempt: { checkpoint } })).state, "succeeded");
  await fal.cancel?.(falWork(server.url, { attempt: { checkpoint } }), REQUEST_ID);
  assert.deepEqual(server.requests.map(({ method, path }) => `${method} ${path}`), [
    "GET /elsewhere/requests/r1/status",
    "GET /elsewhere/requests/r1",
    "PUT /elsewhere/requests/r1/cancel",
  ]);
});

Deno.test("without them they are built of the owner and the app, whatever path the model has", async () => {
  await using server = finished({ images: [IMAGE] });
  const models = [
    ["fal-ai/nano-banana", "fal-ai/nano-banana"],
    ["fal-ai/nano-banana/edit", "fal-ai/nano-banana"],
    ["fal-ai/kling-video/v3/pro/image-to-video", "fal-ai/kling-video"],
    ["workflows/acme/hats/v2", "workflows/acme/hats"],
  ];
  for (const [model, app] of models) {
    server.requests.length = 0;
    await ask(server.url, { toolSettings: { ...IMAGE_SETTINGS, model } });
    assert.deepEqual(server.requests.map(({ path }) => path), [
      `/${app}/requests/${REQUEST_ID}/status`,
      `/${app}/requests/${REQUEST_ID}`,
    ]);
  }
});

Deno.test("the app that was asked is the one of the edit model where there were files", async () => {
  await using server = finished({ images: [IMAGE] });
  const toolSettings = { ...IMAGE_SETTINGS, edit_model: "acme/painter/edit" };
  await ask(server.url, {
    toolSettings,
    attempt: { checkpoint: { files: { images: ["https://a.example/1"] } } },
  });
  await ask(server.url, { toolSettings, attempt: { checkpoint: { files: { images: [] } } } });
  assert.deepEqual(server.asked("status").map(({ path }) => path.split("/requests")[0]), [
    "/acme/painter",
    "/fal-ai/nano-banana",
  ]);
});

Deno.test("the key is not sent to another host, whatever an answer said", async () => {
  await using stranger = fakeFal();
  await using server = finished({ images: [IMAGE] });
  for (const origin of [stranger.url, "file:///etc", "no address"]) {
    const checkpoint = {
      fal: { status_url: `${origin}/status`, response_url: `${origin}/r`, cancel_url: `${origin}/c` },
    };
    assert.equal((await ask(server.url, { attempt: { checkpoint } })).state, "succeeded");
  }
  assert.equal(stranger.requests.length, 0);
});

Deno.test("a refusal to tell the status that asking again would not change is the request's end", async () => {
  await using server = fakeFal();
  server.answer("status", modelError("missing", 422));
  const outcome = await ask(server.url);
  assert.ok(outcome.state === "failed", outcome.state);
  assert.deepEqual([outcome.failure.retryClass, outcome.failure.code], ["never", "missing"]);
  const passing = [
    modelError("missing", 500),
    new Response("<html>", { status: 422 }),
    Response.json({}, { status: 403 }),
  ];
  for (const answer of passing) {
    server.answer("status", answer);
    await assert.rejects(ask(server.url), ProviderError);
  }
});

Deno.test("what a request cost is kept in fal's billing units, where its result tells it", async () => {
  for (
    const [headers, cost] of [[{ "x-fal-billable-units": "3.008" }, { amount: "3.008", currency: "units" }], [
      {},
      undefined,
    ]] as const
  ) {
    await using server = finished(Response.json({ images: [IMAGE] }, { headers }));
    const outcome = await ask(server.url);
    assert.ok(outcome.state === "succeeded", outcome.state);
    assert.deepEqual(outcome.cost, cost);
  }
});

// Cancelling ------------------------------------------------------------------------------------------------------

Deno.test("a request is cancelled with PUT, and there are four ways in which that is done", async () => {
  await using server = fakeFal();
  for (
    const [status, http, result] of [
      ["OK", 200, "stopped"],
      ["CANCELLATION_REQUESTED", 202, "asked"],
      ["CANCELLATION_REQUESTED", 200, "asked"],
      ["ALREADY_COMPLETED", 400, "over"],
      ["ALREADY_COMPLETED", 200, "over"],
      ["NOT_FOUND", 404, "over"],
      ["something new", 404, "over"],
      ["something new", 200, "asked"],
    ] as const
  ) {
    server.answer("cancel", Response.json({ status }, { status: http }));
    const work = falWork(server.url, { attempt: { checkpoint: addresses(server.url) } });
    assert.equal(await fal.cancel?.(work, REQUEST_ID), result, `${status} ${http}`);
  }
  assert.deepEqual(server.requests.map(({ method }) => method), Array(8).fill("PUT"));
});

Deno.test("a cancel that failed is an error, to be tried again when that helps", async () => {
  await using server = fakeFal();
  for (const [http, retryClass] of [[500, "wait"], [429, "wait"], [401, "pause"]] as const) {
    server.answer("cancel", new Response("", { status: http }));
    await assert.rejects(
      Promise.resolve(fal.cancel?.(falWork(server.url), REQUEST_ID)),
      (error) => error instanceof ProviderError && error.failure.retryClass === retryClass,
    );
  }
});

Deno.test("a failed request is completed as well: its result is the error", async () => {
  await using server = finished(modelError("content_policy_violation"));
  const outcome = await ask(server.url);
  assert.ok(outcome.state === "failed");
  assert.deepEqual([outcome.failure.retryClass, outcome.failure.code], ["never", "content_policy_violation"]);
});
