/** What a submit asks OpenAI for, and what it makes of the answers: the answer is the result (openai.md#speech). */
import assert from "node:assert/strict";
import { API_KEY, type Differences, TOKEN } from "../../engine/work_item_fixture.ts";
import { jsonOf, nobodysUrl, rudeServer } from "../../runtime/fake_runtime.ts";
import { type Ended, ProviderError } from "../provider.ts";
import { fakeOpenAi, openAiWork, SPEECH_SETTINGS, spoken } from "./fake_openai.ts";
import { openai } from "./openai.ts";

const CONTEXT = {
  callbackUrl: `https://abc.supabase.co/functions/v1/openai-webhook/job/${TOKEN}`,
  files: {},
};

async function speakAt(url: string, differences?: Differences, signal = new AbortController().signal) {
  const answer = await (await openai.prepare(openAiWork(url, differences), CONTEXT)).send(signal);
  assert.ok(!("externalId" in answer), "the answer is the end");
  return answer;
}

/** The sound of an answer that must be one. */
function soundOf(
  { state, ...answer }: Ended,
): { body: ReadableStream<Uint8Array>; contentType: string | null } {
  assert.ok(state === "succeeded" && "outputs" in answer);
  const [output, ...others] = answer.outputs;
  assert.ok(output && "body" in output && others.length === 0);
  return output;
}

async function errorOf(work: Promise<unknown>): Promise<ProviderError> {
  const error = await work.then(() => assert.fail("it succeeded"), (error) => error);
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}

Deno.test("a submit asks for the words, with the key, and names no callback", async () => {
  await using server = fakeOpenAi();
  server.answer("speech", spoken());
  const job = {
    input: { text: "Bom dia", voice: "coral", format: "opus", speed: 1.5, instructions: "slowly" },
  };
  await soundOf(await speakAt(server.url, { job })).body.cancel();
  const [request, ...others] = server.requests;
  assert.equal(others.length, 0);
  assert.equal(`${request?.method} ${request?.path}`, "POST /v1/audio/speech");
  assert.equal(request?.headers.get("authorization"), `Bearer ${API_KEY}`);
  assert.equal(request?.headers.get("content-type"), "application/json");
  assert.deepEqual(request && jsonOf(request), {
    model: "gpt-4o-mini-tts",
    input: "Bom dia",
    voice: "coral",
    response_format: "opus",
    speed: 1.5,
    instructions: "slowly",
  });
});

Deno.test("what a tool calls a voice can be another word at the provider", async () => {
  await using server = fakeOpenAi();
  server.answer("speech", () => spoken());
  const voice = { name: "voice", values: { alloy: "af_sky" } };
  const toolSettings = { model: "kokoro", fields: { ...SPEECH_SETTINGS.fields, voice } };
  await soundOf(await speakAt(server.url, { toolSettings })).body.cancel();
  const { model, voice: said } = jsonOf(server.requests[0]!);
  assert.deepEqual([model, said], ["kokoro", "af_sky"]);
});

Deno.test("the answer is the sound, byte for byte, and nobody has read it yet", async () => {
  await using server = fakeOpenAi();
  const bytes = crypto.getRandomValues(new Uint8Array(50_000));
  server.answer("speech", spoken(bytes, { "openai-processing-ms": "812" }));
  const answer = await speakAt(server.url);
  const { body, contentType } = soundOf(answer);
  assert.equal(contentType, "audio/mpeg");
  assert.deepEqual(await new Response(body).bytes(), bytes);
  assert.deepEqual(answer.raw, {
    model: "gpt-4o-mini-tts",
    contentType: "audio/mpeg",
    requestId: "req_1",
    processingMs: "812",
  });
});

Deno.test("bytes that are not said to be anything may be sound; a page or JSON is none, and that is final", async () => {
  await using server = fakeOpenAi();
  for (const type of ["application/octet-stream", "audio/x-wav", "application/ogg", "AUDIO/MPEG"]) {
    server.answer("speech", spoken(undefined, { "content-type": type }));
    await soundOf(await speakAt(server.url)).body.cancel();
  }
  for (const type of ["text/html; charset=utf-8", "application/json", "text/plain"]) {
    server.answer("speech", spoken(`{"token": "${TOKEN}"}`, { "content-type": type }));
    const answer = await speakAt(server.url);
    assert.ok(answer.state === "failed");
    assert.deepEqual([answer.failure.retryClass, answer.failure.code], ["never", "output_wrong_type"]);
    assert.match(answer.failure.message, /instead of sound/);
    assert.doesNotMatch(JSON.stringify(answer.raw), new RegExp(TOKEN));
  }
});

Deno.test("sound that breaks off is an error of the stream, and the speech is in doubt", async () => {
  await using server = rudeServer("breaks off");
  const { body } = soundOf(await speakAt(server.url));
  const error = await errorOf(new Response(body).bytes());
  assert.deepEqual([error.isAmbiguous, error.failure.code], [true, "unreachable"]);
  assert.doesNotMatch(error.message, /127\.0\.0\.1/);
});

Deno.test("a submit without an answer is in doubt, one that nobody heard is not", async () => {
  await using server = rudeServer("hangs up");
  assert.equal((await errorOf(speakAt(server.url))).isAmbiguous, true);
  const unheard = await errorOf(speakAt(nobodysUrl()));
  assert.deepEqual([unheard.isAmbiguous, unheard.isUnreachable], [false, true]);
});

Deno.test("who sends it gives it up when its lease is over: before the answer, and in the middle of it", async () => {
  await using silent = rudeServer("says nothing");
  const early = AbortSignal.timeout(30);
  const error = await errorOf(speakAt(silent.url, {}, early));
  assert.deepEqual([error.isAmbiguous, error.isUnreachable], [true, true], "silence for as long is weather");
  assert.equal(error.failure.message, "The provider did not answer in time");

  await using server = fakeOpenAi();
  const first = Uint8Array.of(0xff, 0xf3);
  server.answer("speech", () => spoken(new ReadableStream({ start: (sound) => sound.enqueue(first) })));
  const late = new AbortController();
  const { body } = soundOf(await speakAt(server.url, {}, late.signal));
  const reader = body.getReader();
  assert.deepEqual((await reader.read()).value, first);
  late.abort();
  assert.equal((await errorOf(reader.read())).isAmbiguous, true);
});

Deno.test("one that is given up before it is sent is not in doubt", async () => {
  await using server = fakeOpenAi();
  const error = await errorOf(speakAt(server.url, {}, AbortSignal.abort()));
  assert.deepEqual([error.isAmbiguous, server.requests.length], [false, 0]);
});

Deno.test("nothing is sent that cannot be: a key, an address, a model that is none", async () => {
  await using server = fakeOpenAi();
  const cases: [Differences, string, string][] = [
    [{ account: { api_key: null } }, "secret_missing", "pause"],
    [{ account: { api_key: "sk-\u200b123" } }, "misconfigured", "pause"],
    [{ account: { settings: { base_url: "api.openai.com" } } }, "misconfigured", "pause"],
    [{ toolSettings: { fields: {} } }, "tool_misconfigured", "never"],
    [{ toolSettings: { model: "tts-1" } }, "tool_misconfigured", "never"],
  ];
  for (const [differences, code, retryClass] of cases) {
    const prepare = async () => await openai.prepare(openAiWork(server.url, differences), CONTEXT);
    const { failure } = await errorOf(prepare());
    assert.deepEqual([failure.code, failure.retryClass], [code, retryClass]);
  }
  assert.equal(server.requests.length, 0);
});

Deno.test("it cannot be asked again, and says so; a body that somebody posts says nothing", async () => {
  const outcome = await openai.fetchOutcome(openAiWork("http://127.0.0.1:1"), "req_1");
  assert.equal(outcome.state, "unknown");
  for (const body of ["", "{", '{"id": "req_1", "status": "succeeded"}']) {
    const { externalId, state } = openai.parse(body);
    assert.deepEqual([externalId, state], [null, "unknown"]);
  }
});
