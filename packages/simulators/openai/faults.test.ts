import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { until } from "../kit/receiver_fixture.ts";
import { type Problem, REQUEST, withOpenAi } from "./openai_client_fixture.ts";

/** Reads as far as it goes; whether it came to its end. */
async function read(response: Response): Promise<{ bytes: number; isWhole: boolean }> {
  let bytes = 0;
  try {
    for await (const piece of response.body ?? []) bytes += piece.length;
    return { bytes, isWhole: true };
  } catch {
    return { bytes, isWhole: false };
  }
}

Deno.test("a wrong or missing key is 401, and half of the key is all that is said of it", () =>
  withOpenAi({}, async (openai) => {
    for (const authorization of ["", "Bearer sk-0123456789abcdef", `Key ${openai.simulator.apiKey}`]) {
      const { status, type, code, message } = await openai.refused(REQUEST, { headers: { authorization } });
      assert.deepEqual([status, type], [401, "invalid_request_error"], authorization);
      if (authorization.startsWith("Bearer")) assert.equal(code, "invalid_api_key");
      assert.doesNotMatch(message, /0123456789abcdef/);
    }
    assert.deepEqual(openai.simulator.tasks(), []);
  }));

Deno.test("a request that is wrong is 400 and names the field; a model that is not there is 404", () =>
  withOpenAi({}, async (openai) => {
    const wrong: [unknown, string | null][] = [
      ["{not json", null],
      [[], null],
      [{ ...REQUEST, input: "" }, "input"],
      [{ ...REQUEST, input: "x".repeat(4097) }, "input"],
      [{ ...REQUEST, voice: "nobody" }, "voice"],
      [{ ...REQUEST, voice: "marin", model: "tts-1" }, "voice"],
      [{ ...REQUEST, response_format: "ogg" }, "response_format"],
      [{ ...REQUEST, speed: 5 }, "speed"],
      [{ ...REQUEST, speed: 0.2 }, "speed"],
      [{ ...REQUEST, instructions: 7 }, "instructions"],
    ];
    for (const [body, field] of wrong) {
      const { status, type, param } = await openai.refused(body);
      assert.deepEqual([status, type, param], [400, "invalid_request_error", field]);
    }
    const { status, code } = await openai.refused({ ...REQUEST, model: "tts-9" });
    assert.deepEqual([status, code], [404, "model_not_found"]);
    const elsewhere = await fetch(`${openai.simulator.url}/v1/audio/songs`);
    assert.deepEqual([elsewhere.status, (await elsewhere.json()).error.code], [404, "unknown_url"]);
    assert.deepEqual(openai.simulator.tasks(), []);
  }));

Deno.test("429 has two meanings: too fast says when to come again, too poor does not", () =>
  withOpenAi({ retryAfterS: 7 }, async (openai) => {
    openai.simulator.misbehave({ fault: { kind: "busy", times: 1 } });
    openai.simulator.misbehave({ fault: { kind: "out_of_quota", times: 1 } });
    openai.simulator.misbehave({
      fault: { kind: "out_of_quota", times: 1, code: "credit_balance_exhausted" },
    });
    const seen: unknown[] = [];
    for (let n = 0; n < 3; n++) {
      const response = await openai.speak();
      const { type, code }: Problem = (await response.json()).error;
      seen.push([response.status, type, code, response.headers.get("retry-after")]);
    }
    assert.deepEqual(seen, [
      [429, "requests", "rate_limit_exceeded", "7"],
      [429, "insufficient_quota", "insufficient_quota", null],
      [429, "insufficient_quota", "credit_balance_exhausted", null],
    ]);
    assert.deepEqual(openai.simulator.tasks(), []);
  }));

Deno.test("refuse says what it is told and makes nothing; python_error has NaN in it", () =>
  withOpenAi({}, async (openai) => {
    const error = {
      status: 503,
      type: "service_unavailable_error",
      code: "server_is_overloaded",
      message: "!",
    };
    openai.simulator.misbehave({ fault: { kind: "refuse", times: 1, ...error } });
    openai.simulator.misbehave({ fault: { kind: "python_error", times: 1, ...error } });
    assert.deepEqual(await openai.refused(), { ...error, param: null });
    const text = await (await openai.speak()).text();
    assert.match(text, /"param":NaN/);
    assert.throws(() => JSON.parse(text));
    assert.deepEqual(openai.simulator.tasks(), []);
  }));

Deno.test("fail: the server worked, and then had an error", () =>
  withOpenAi({}, async (openai) => {
    openai.simulator.misbehave({ times: 1, fault: { kind: "fail" } });
    const { status, type } = await openai.refused();
    assert.deepEqual([status, type, openai.only().outcome], [500, "server_error", "failed"]);
    openai.simulator.misbehave({ fault: { kind: "fail", status: 502, message: "bad gateway" } });
    assert.deepEqual((await openai.refused()).status, 502);
  }));

Deno.test("cut_answer: the connection breaks after so many bytes, by default half", () =>
  withOpenAi({}, async (openai) => {
    const half = await read(await openai.speakUnder({ kind: "cut_answer" }));
    const { outputs, answered } = openai.only();
    assert.deepEqual(half, { bytes: Math.floor(Number(outputs[0]?.bytes) / 2), isWhole: false });
    assert.equal(answered, half.bytes);
    openai.simulator.behave();
    assert.deepEqual(await read(await openai.speakUnder({ kind: "cut_answer", bytes: 10 })), {
      bytes: 10,
      isWhole: false,
    });
    openai.simulator.behave();
    assert.deepEqual((await read(await openai.speakUnder({ kind: "cut_answer", bytes: 0 }))).isWhole, false);
  }));

Deno.test("empty_answer: all is well, and there is not one byte", () =>
  withOpenAi({}, async (openai) => {
    const response = await openai.speakUnder({ kind: "empty_answer" });
    assert.deepEqual([response.status, response.headers.get("content-type")], [200, "audio/mpeg"]);
    assert.deepEqual(await read(response), { bytes: 0, isWhole: true });
  }));

Deno.test("wrong_type: a page instead of sound, or what is asked for", () =>
  withOpenAi({}, async (openai) => {
    const page = await openai.speakUnder({ kind: "wrong_type" });
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    assert.match(await page.text(), /^<html>/);
    openai.simulator.behave();
    const lie = await openai.speakUnder({ kind: "wrong_type", contentType: "audio/mpeg", body: "no sound" });
    assert.deepEqual([lie.headers.get("content-type"), await lie.text()], ["audio/mpeg", "no sound"]);
  }));

Deno.test("slow takes long to begin, slow_answer takes long to come", () =>
  withOpenAi({}, async (openai) => {
    const start = Date.now();
    const response = await openai.speakUnder({ kind: "slow", ms: 80 }, { kind: "slow_answer", ms: 120 });
    const begun = Date.now();
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body ?? []) pieces.push(piece);
    assert.ok(begun - start >= 75, `${begun - start} ms to begin`);
    assert.ok(Date.now() - begun >= 100, `${Date.now() - begun} ms to come`);
    assert.ok(pieces.length > 5, `${pieces.length} pieces`);
    assert.equal(Buffer.concat(pieces).length, openai.only().outputs[0]?.bytes);
  }));

Deno.test("stalled_answer: after so many bytes nothing more comes, until the client goes or the simulator closes", () =>
  withOpenAi({}, async (openai) => {
    const response = await openai.speakUnder({ kind: "stalled_answer", bytes: 100 });
    const reader = response.body?.getReader();
    assert.equal((await reader?.read())?.value?.length, 100);
    const more = reader?.read().then(() => "more", () => "more");
    const patience = new Promise((resolve) => setTimeout(resolve, 60, "nothing"));
    assert.equal(await Promise.race([more, patience]), "nothing");
    await reader?.cancel();
  }));

Deno.test("big_output is as long as it is told, and http_error goes through unseen where it is accepted", () =>
  withOpenAi({}, async (openai) => {
    const { bytes } = await read(await openai.speakUnder({ kind: "big_output", bytes: 300_000 }));
    assert.equal(bytes, 300_000);
    openai.simulator.misbehave({
      fault: { kind: "http_error", path: "submit", status: 502, times: 1, accepted: true },
    });
    const response = await openai.speak();
    await response.body?.cancel();
    assert.equal(response.status, 502);
    await until(() => openai.simulator.tasks().every(({ outcome }) => outcome === "succeeded"));
    assert.equal(openai.simulator.tasks().length, 2);
  }));
