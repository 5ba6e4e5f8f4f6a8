import assert from "node:assert/strict";
import { withReplicate } from "./replicate_client_fixture.ts";

Deno.test("a wrong or missing key is 401 on every endpoint", () =>
  withReplicate({}, async (replicate) => {
    const { id } = await replicate.created();
    const calls = [
      ["POST", "/predictions"],
      ["POST", "/models/google/nano-banana/predictions"],
      ["GET", "/predictions"],
      ["GET", `/predictions/${id}`],
      ["POST", `/predictions/${id}/cancel`],
      ["GET", "/webhooks/default/secret"],
    ] as const;
    for (const [method, path] of calls) {
      for (const authorization of ["", "Bearer other", `Key ${replicate.simulator.apiKey}`]) {
        const response = await replicate.fetch(path, { method, headers: { authorization } });
        assert.deepEqual([response.status, (await response.json()).title], [401, "Unauthenticated"], path);
      }
    }
  }));

Deno.test("a body that is wrong is 422 and starts nothing; what does not exist is 404", () =>
  withReplicate({ models: ["google/nano-banana"] }, async (replicate) => {
    const wrong = [
      "{not json",
      "[]",
      { webhook: replicate.receiver.url() },
      replicate.body({ prompt: "" }),
      replicate.body({ prompt: undefined }),
      replicate.body({ image_input: ["a.png"] }),
      replicate.body({ output_format: "jpeg" }),
      replicate.body({}, { webhook: "ftp://example.com" }),
      replicate.body({}, { webhook_events_filter: ["everything"] }),
    ];
    for (const body of wrong) {
      const response = await replicate.create(body);
      const { title, detail } = await response.json();
      assert.deepEqual([response.status, title], [422, "Input validation failed"]);
      assert.ok(detail);
    }
    const elsewhere = [
      await replicate.create(replicate.body(), "/predictions"),
      await replicate.create(replicate.body(), "/models/un/heard-of/predictions"),
      await replicate.fetch("/predictions/nothing"),
      await replicate.fetch("/predictions/nothing/cancel", { method: "POST" }),
      await replicate.fetch("/nowhere"),
    ];
    assert.deepEqual(elsewhere.map(({ status }) => status), [422, 404, 404, 404, 404]);
    for (const { body } of elsewhere) await body?.cancel();
    assert.deepEqual(replicate.simulator.tasks(), []);
  }));

Deno.test("busy says in words when the limit resets; refuse says what it is told", () =>
  withReplicate({ throttledForS: 30 }, async (replicate) => {
    replicate.simulator.misbehave({ fault: { kind: "refuse", status: 402, detail: "Pay.", times: 1 } });
    replicate.simulator.misbehave({ fault: { kind: "busy", times: 1 } });
    const [unpaid, busy] = [await replicate.create(), await replicate.create()];
    assert.deepEqual([unpaid.status, (await unpaid.json()).detail], [402, "Pay."]);
    assert.deepEqual([busy.status, await busy.json()], [429, {
      detail: "Request was throttled. Your rate limit resets in ~30s.",
      status: 429,
    }]);
    assert.deepEqual(replicate.simulator.tasks(), []);
  }));

Deno.test("fail has the error that was asked for, abort has none", () =>
  withReplicate({}, async (replicate) => {
    const failed = await replicate.createdUnder({ kind: "fail", error: "NSFW content detected" });
    await replicate.ended(failed);
    const { status, error, output } = await replicate.get(failed);
    assert.deepEqual([status, error, output], ["failed", "NSFW content detected", null]);
    replicate.simulator.behave();
    const aborted = await replicate.createdUnder({ kind: "abort" });
    await replicate.ended(aborted);
    assert.equal((await replicate.get(aborted)).status, "aborted");
  }));

Deno.test("data_removed: the webhook had the output, the prediction no longer has", () =>
  withReplicate({}, async (replicate) => {
    const created = await replicate.createdUnder({ kind: "data_removed" });
    const told = JSON.parse((await replicate.receiver.got(1)).body);
    assert.deepEqual([typeof told.output, told.data_removed], ["string", false]);
    const { status, output, data_removed } = await replicate.get(created);
    assert.deepEqual([status, output, data_removed], ["succeeded", null, true]);
  }));

Deno.test("output_shape: an address, a list or an object", () =>
  withReplicate({}, async (replicate) => {
    for (const shape of ["string", "array", "object"] as const) {
      replicate.simulator.behave();
      const created = await replicate.createdUnder({ kind: "output_shape", shape });
      await replicate.ended(created);
      const { output } = await replicate.get(created);
      assert.equal(Array.isArray(output) ? "array" : typeof output, shape);
    }
  }));

Deno.test("failed_then_success and success_without_outputs show in polls and webhooks", () =>
  withReplicate({}, async (replicate) => {
    const first = await replicate.createdUnder({ kind: "failed_then_success", webhook: true });
    await replicate.receiver.got(2);
    const statuses = replicate.receiver.received.map(({ body }) => JSON.parse(body).status);
    assert.deepEqual(statuses, ["failed", "succeeded"]);
    assert.deepEqual([(await replicate.get(first)).status, (await replicate.get(first)).status], [
      "failed",
      "succeeded",
    ]);
    replicate.simulator.behave();
    const second = await replicate.createdUnder({ kind: "success_without_outputs", times: 1 });
    await replicate.receiver.got(3);
    assert.equal((await replicate.get(second)).output, null);
    assert.equal(typeof (await replicate.get(second)).output, "string");
  }));

Deno.test("the list and the poll fail one by one", () =>
  withReplicate({}, async (replicate) => {
    const { id } = await replicate.created();
    replicate.simulator.misbehave({ fault: { kind: "http_error", path: "list", status: 500, times: 1 } });
    const statusOf = async (path: string) => {
      const { status, body } = await replicate.fetch(path);
      await body?.cancel();
      return status;
    };
    assert.deepEqual(
      [await statusOf(`/predictions/${id}`), await statusOf("/predictions"), await statusOf("/predictions")],
      [200, 500, 200],
    );
  }));
