import assert from "node:assert/strict";
import { CreateLimit } from "./create_limit.ts";
import { withKie } from "./kie_client_fixture.ts";

Deno.test("a wrong or missing key is 401 with HTTP 200, on every endpoint", () =>
  withKie({}, async (kie) => {
    const endpoints: [string, string][] = [
      ["POST", "/api/v1/jobs/createTask"],
      ["GET", "/api/v1/jobs/recordInfo?taskId=x"],
      ["GET", "/api/v1/chat/credit"],
      ["POST", "/api/v1/common/download-url"],
      ["POST", "/api/file-stream-upload"],
      ["POST", "/api/file-url-upload"],
      ["POST", "/api/file-base64-upload"],
    ];
    for (const [method, path] of endpoints) {
      for (const authorization of ["Bearer other", kie.simulator.apiKey, ""]) {
        const body = method === "POST" ? JSON.stringify(kie.body()) : null;
        const response = await kie.fetch(path, { method, headers: { authorization }, body });
        const { code } = await response.json();
        assert.deepEqual([response.status, code], [200, 401], `${path} ${authorization}`);
      }
    }
    assert.deepEqual(kie.simulator.tasks(), []);
  }));

Deno.test("a body that is wrong is 422 and starts nothing", () =>
  withKie({ models: ["google/nano-banana", "google/nano-banana-edit", "nano-banana-pro"] }, async (kie) => {
    const edit = { model: "google/nano-banana-edit" };
    const url = "https://example.com/a.png";
    const cases: [Record<string, unknown>, Record<string, unknown>][] = [
      [{}, { model: undefined }],
      [{}, { model: "unheard/of" }],
      [{}, { input: undefined }],
      [{}, { callBackUrl: "not a url" }],
      [{}, { callBackUrl: "ftp://example.com/" }],
      [{ prompt: "" }, {}],
      [{ prompt: "x".repeat(5_001) }, {}],
      [{ output_format: "gif" }, {}],
      [{}, edit],
      [{ image_urls: [] }, edit],
      [{ image_urls: Array(6).fill(url) }, edit],
      [{ image_urls: ["a.png"] }, edit],
      [{ resolution: "8K" }, { model: "nano-banana-pro" }],
    ];
    for (const [input, change] of cases) {
      const { code, data, msg } = await kie.create(input, change);
      assert.deepEqual([code, data], [422, null], JSON.stringify([input, change]));
      assert.ok(msg);
    }
    assert.equal((await kie.post("/api/v1/jobs/createTask", "{not json")).code, 422);
    assert.deepEqual(kie.simulator.tasks(), []);
  }));

Deno.test("a task that does not exist is 422 in the body, a path that does not exist 404 also in HTTP", () =>
  withKie({}, async (kie) => {
    const unknown = await kie.fetch("/api/v1/jobs/recordInfo?taskId=nothing");
    assert.deepEqual([unknown.status, await unknown.json()], [200, {
      code: 422,
      msg: "recordInfo is null",
      data: null,
    }]);
    const nowhere = await kie.fetch("/api/v1/jobs/cancel");
    assert.deepEqual([nowhere.status, (await nowhere.json()).code], [404, 404]);
  }));

Deno.test("without credits a task is refused with 402 and HTTP 200", () =>
  withKie({ credits: 150 }, async (kie) => {
    await kie.ended(await kie.created());
    assert.equal((await kie.create()).code, 402);
    assert.equal((await (await kie.fetch("/api/v1/chat/credit")).json()).data, 50);
  }));

Deno.test("more creates in ten seconds than allowed are HTTP 429 and not queued", () =>
  withKie({ createsPer10s: 2 }, async (kie) => {
    await kie.created();
    await kie.created();
    const response = await kie.fetch("/api/v1/jobs/createTask", {
      method: "POST",
      body: JSON.stringify(kie.body()),
    });
    assert.deepEqual([response.status, await response.json()], [
      429,
      { code: 429, msg: "Rate limited", data: null },
    ]);
    assert.equal(kie.simulator.tasks().length, 2);
  }));

Deno.test("the limit's ten seconds slide", () => {
  let now = 0;
  const limit = new CreateLimit(2, () => now);
  const taken = [0, 4_000, 9_999, 10_000, 13_999, 14_000].map((at) => {
    now = at;
    return limit.takes();
  });
  assert.deepEqual(taken, [true, true, false, true, false, true]);
  assert.ok(Array.from({ length: 100 }, () => new CreateLimit().takes()).every(Boolean));
});
