/** Handing a job to fal (fal.md#queue, #errors). */
import assert from "node:assert/strict";
import { API_KEY, type Differences, TOKEN } from "../../engine/work_item_fixture.ts";
import { jsonOf, nobodysUrl, rudeServer } from "../../runtime/fake_runtime.ts";
import { submitBy } from "../kit/fake_provider.ts";
import { ProviderError } from "../provider.ts";
import { CALLBACK, fakeFal, falWork, IMAGE_SETTINGS, modelError, REQUEST_ID, taken } from "./fake_fal.ts";
import { fal } from "./fal.ts";

const NONE = { callbackUrl: CALLBACK, files: {} };
const submitTo = (url: string, differences?: Differences, context = NONE) =>
  submitBy(fal, falWork(url, differences), context);
/** The failure and ambiguity of a submit that must fail. */
async function failureOf(submit: Promise<unknown>) {
  const error = await submit.then(() => assert.fail("it was taken"), (error) => error);
  assert.ok(error instanceof ProviderError, String(error));
  const { retryClass, code, message, retryAfterMs } = error.failure;
  return { retryClass, code, message, retryAfterMs, isAmbiguous: error.isAmbiguous };
}

Deno.test("a submit sends the mapped input, the key, and the callback as a part of the address", async () => {
  await using server = fakeFal();
  server.answer("submit", taken(server.url));
  const submitted = await submitTo(server.url, {
    job: { input: { prompt: "a red hat", aspect_ratio: "1:1", output_format: "png" } },
  });
  assert.equal(submitted.externalId, REQUEST_ID);
  assert.deepEqual(submitted.details, {
    taskStatus: "IN_QUEUE",
    queuePosition: 0,
    model: "fal-ai/nano-banana",
  });
  const [request, ...others] = server.requests;
  assert.equal(others.length, 0);
  assert.equal(request?.method, "POST");
  assert.equal(request?.path, "/fal-ai/nano-banana");
  assert.deepEqual([...request?.query ?? []], [["fal_webhook", CALLBACK]]);
  assert.equal(request?.headers.get("authorization"), `Key ${API_KEY}`);
  assert.deepEqual(request && jsonOf(request), { prompt: "a red hat", aspect_ratio: "1:1" });
});

Deno.test("with images the edit model is asked, and given their addresses", async () => {
  await using server = fakeFal();
  server.answer("submit", taken(server.url));
  const input = { prompt: "a blue hat", images: ["u/1.png", "u/2.png"] };
  const files = { images: ["https://a.example/1", "https://a.example/2"] };
  const { details } = await submitTo(server.url, { job: { input } }, { callbackUrl: CALLBACK, files });
  assert.equal(details.model, "fal-ai/nano-banana/edit");
  assert.equal(server.requests[0]?.path, "/fal-ai/nano-banana/edit");
  assert.deepEqual(jsonOf(server.requests[0]!), { prompt: "a blue hat", image_urls: files.images });
});

Deno.test("a tool without an edit model is given images all the same; an empty list is none", async () => {
  await using server = fakeFal();
  server.answer("submit", taken(server.url));
  const { edit_model: _, ...toolSettings } = IMAGE_SETTINGS;
  const files = { images: ["https://a.example/1"] };
  await submitTo(server.url, { toolSettings }, { callbackUrl: CALLBACK, files });
  await submitTo(server.url, {}, { callbackUrl: CALLBACK, files: { images: [] } } as typeof NONE);
  assert.deepEqual(server.requests.map(({ path }) => path), ["/fal-ai/nano-banana", "/fal-ai/nano-banana"]);
});

Deno.test("the addresses of the answer are kept for those who ask later", async () => {
  await using server = fakeFal();
  const answer = taken(server.url);
  server.answer("submit", answer);
  const { checkpoint } = await submitTo(server.url);
  const { response_url, status_url, cancel_url } = answer;
  assert.deepEqual(checkpoint, { fal: { status_url, response_url, cancel_url } });
});

Deno.test("an answer without addresses, or with odd ones, is an answer all the same", async () => {
  await using server = fakeFal();
  for (
    const odd of [{}, { status_url: null, response_url: 7, cancel_url: "" }, { queue_position: "first" }]
  ) {
    server.answer("submit", { request_id: REQUEST_ID, ...odd });
    assert.equal((await submitTo(server.url)).externalId, REQUEST_ID);
  }
});

Deno.test("an answer that names no request may have made one", async () => {
  await using server = fakeFal();
  for (
    const answer of [{}, [], { request_id: null }, { request_id: "" }, { request_id: 7.5 }, {
      status: "IN_QUEUE",
    }]
  ) {
    server.answer("submit", answer);
    const { code, isAmbiguous } = await failureOf(submitTo(server.url));
    assert.deepEqual([code, isAmbiguous], ["malformed_answer", true]);
  }
  server.answer("submit", new Response("<html>"));
  assert.equal((await failureOf(submitTo(server.url))).isAmbiguous, true);
});

/** Status, body or response, retry class, code, whether it is open if there is a request now. */
const REFUSALS: readonly (readonly [string, Response, string, string, boolean])[] = [
  [
    "a wrong key",
    Response.json({ detail: "Cannot access application" }, { status: 401 }),
    "pause",
    "http_401",
    false,
  ],
  [
    "an exhausted balance",
    Response.json({ detail: "User is locked. Reason: Exhausted balance." }, { status: 403 }),
    "pause",
    "http_403",
    false,
  ],
  [
    "an app that does not exist",
    Response.json({ detail: "Application not found" }, { status: 404 }),
    "never",
    "http_404",
    false,
  ],
  ["input that the model refuses", modelError("missing"), "never", "missing", false],
  [
    "input that is no good, told by a sentence",
    Response.json({ detail: "bad" }, { status: 400 }),
    "never",
    "http_400",
    false,
  ],
  ["too many requests", Response.json({ detail: "Slow down" }, { status: 429 }), "wait", "http_429", false],
  ["a server's error", Response.json({ detail: "oops" }, { status: 500 }), "wait", "http_500", true],
  ["a proxy's error", new Response("<html>", { status: 502 }), "wait", "http_502", true],
  ["a queue that is not there", new Response("", { status: 503 }), "wait", "http_503", true],
  [
    "a time-out on fal's side",
    Response.json({ detail: "Request timed out", error_type: "request_timeout" }, { status: 504 }),
    "wait",
    "request_timeout",
    true,
  ],
];

for (const [name, response, retryClass, code, isAmbiguous] of REFUSALS) {
  Deno.test(`a submit that is refused for ${name} is ${retryClass}, ${isAmbiguous ? "in doubt" : "and starts nothing"}`, async () => {
    await using server = fakeFal();
    server.answer("submit", response);
    const failure = await failureOf(submitTo(server.url));
    assert.deepEqual([failure.retryClass, failure.code, failure.isAmbiguous], [
      retryClass,
      code,
      isAmbiguous,
    ]);
  });
}

Deno.test("how long fal asks to wait is heeded, its words are shown", async () => {
  await using server = fakeFal();
  server.answer(
    "submit",
    Response.json({ detail: "Too many requests" }, { status: 429, headers: { "retry-after": "17" } }),
  );
  const { retryAfterMs, message } = await failureOf(submitTo(server.url));
  assert.deepEqual([retryAfterMs, message], [17_000, "Too many requests"]);
});

Deno.test("a submit without an answer is in doubt, one that nobody heard is not", async () => {
  for (const manners of ["hangs up", "breaks off"] as const) {
    await using server = rudeServer(manners);
    assert.equal((await failureOf(submitTo(server.url))).isAmbiguous, true, manners);
  }
  assert.equal((await failureOf(submitTo(nobodysUrl()))).isAmbiguous, false);
});

Deno.test("nothing is sent without a key, without a model, or to a model whose name leads elsewhere", async () => {
  await using server = fakeFal();
  const { code, retryClass } = await failureOf(submitTo(server.url, { account: { api_key: null } }));
  assert.deepEqual([code, retryClass], ["secret_missing", "pause"]);
  for (
    const model of [
      undefined,
      "",
      "nano-banana",
      "/fal-ai/x",
      "fal-ai/x?y=1",
      "fal-ai/x/../../y",
      "fal-ai//x",
      7,
    ]
  ) {
    const failure = await failureOf(submitTo(server.url, { toolSettings: { ...IMAGE_SETTINGS, model } }));
    assert.deepEqual([failure.code, failure.retryClass], ["tool_misconfigured", "never"], String(model));
  }
  assert.equal(server.requests.length, 0);
});

Deno.test("what is kept of an answer holds neither the key nor the token", async () => {
  await using server = fakeFal();
  server.answer("submit", { ...taken(server.url), echo: { webhook: CALLBACK, key: `Key ${API_KEY}` } });
  const { raw } = await submitTo(server.url);
  assert.match(JSON.stringify(raw), /\[redacted\]/);
  assert.doesNotMatch(JSON.stringify(raw), new RegExp(`${API_KEY}|${TOKEN}`));
});
