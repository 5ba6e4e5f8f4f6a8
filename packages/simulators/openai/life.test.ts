import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { outputBytes } from "../kit/output.ts";
import { until } from "../kit/receiver_fixture.ts";
import { REQUEST, withOpenAi } from "./openai_client_fixture.ts";

const TYPES = {
  mp3: "audio/mpeg",
  wav: "audio/wav",
  opus: "audio/opus",
  flac: "audio/flac",
  aac: "audio/aac",
} as const;

for (const [format, type] of Object.entries(TYPES)) {
  Deno.test(`the answer is the sound itself: ${format}`, () =>
    withOpenAi({}, async (openai) => {
      const response = await openai.speak({ ...REQUEST, response_format: format });
      assert.deepEqual([response.status, response.headers.get("content-type")], [200, type]);
      const sound = await response.bytes();
      const { id, outcome, outputs, answered, voice, model } = openai.only();
      assert.equal(response.headers.get("x-request-id"), id);
      assert.ok(Buffer.from(sound).equals(outputBytes(id, type)));
      assert.deepEqual([outcome, outputs[0]?.type, answered, voice, model], [
        "succeeded",
        type,
        sound.length,
        "coral",
        "gpt-4o-mini-tts",
      ]);
    }));
}

Deno.test("MP3 is spoken unless something else is asked for, and nothing tells how long it will be", () =>
  withOpenAi({}, async (openai) => {
    const response = await openai.speak();
    await response.body?.cancel();
    assert.equal(response.headers.get("content-type"), "audio/mpeg");
    assert.equal(response.headers.get("content-length"), null);
  }));

Deno.test("a speech is under way until it is answered, and one at a time where no more may run", () =>
  withOpenAi({ taskMs: 40, runningAtMost: 1 }, async (openai) => {
    const answers = [openai.speak(), openai.speak()];
    await until(() => openai.simulator.tasks().length === 2);
    assert.deepEqual(openai.simulator.tasks().map(({ outcome }) => outcome), [null, null]);
    for (const answer of await Promise.all(answers)) assert.ok((await answer.bytes()).length > 1000);
    const [first, second] = openai.simulator.tasks().map(({ endedAt }) => endedAt?.getTime() ?? NaN);
    assert.ok(Math.abs(Number(second) - Number(first)) >= 15, `${first}, ${second}`);
  }));

Deno.test("what was bought is counted by account, also what nobody heard", () =>
  withOpenAi({ moreApiKeys: ["another-key"] }, async (openai) => {
    openai.simulator.misbehave({ fault: { kind: "cut_answer" } });
    await assert.rejects((await openai.speak()).bytes());
    const headers = { authorization: "Bearer another-key" };
    await assert.rejects((await openai.speak(REQUEST, { headers })).bytes());
    const counts = openai.simulator.accounts().map(({ account, tasks, alive, billed, unit }) => [
      account,
      tasks,
      alive,
      billed,
      unit,
    ]);
    const cost = REQUEST.input.length;
    assert.deepEqual(counts, [
      [openai.simulator.apiKey, 1, 0, cost, "characters"],
      ["another-key", 1, 0, cost, "characters"],
    ]);
    assert.equal(openai.simulator.submits().filter(({ taskId }) => taskId !== null).length, 2);
  }));

Deno.test("who goes away does not stop the speech: it is made all the same", () =>
  withOpenAi({ taskMs: 60 }, async (openai) => {
    const away = new AbortController();
    const answer = openai.speak(REQUEST, { signal: away.signal });
    await openai.begun();
    away.abort();
    await assert.rejects(answer);
    await until(() => openai.only().outcome === "succeeded");
  }));
