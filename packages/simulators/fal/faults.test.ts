import assert from "node:assert/strict";
import { withFal } from "./fal_client_fixture.ts";

Deno.test("a wrong or missing key is 401 on every endpoint but the keys'", () =>
  withFal({}, async (fal) => {
    const { status_url, response_url, cancel_url } = await fal.submitted();
    const calls = [["POST", "/fal-ai/x"], ["GET", status_url], ["GET", response_url], [
      "PUT",
      cancel_url,
    ]] as const;
    for (const [method, path] of calls) {
      for (const authorization of ["", "Key other", `Bearer ${fal.simulator.apiKey}`]) {
        const body = method === "POST" ? "{}" : null;
        const response = await fal.fetch(path, { method, headers: { authorization }, body });
        await response.body?.cancel();
        assert.equal(response.status, 401, `${method} ${path}`);
      }
    }
    assert.equal(fal.simulator.tasks().length, 1);
  }));

Deno.test("what is no input, no webhook address or no app is refused and starts nothing", () =>
  withFal({ apps: ["fal-ai/nano-banana"] }, async (fal) => {
    const answers = [
      await fal.submit("{not json"),
      await fal.submit("[]"),
      await fal.submit({}, undefined, "ftp://example.com/"),
      await fal.submit({}, "fal-ai/unheard-of"),
      await fal.submit({}, "fal-ai"),
    ];
    assert.deepEqual(answers.map(({ status }) => status), [400, 400, 400, 404, 404]);
    for (const answer of answers) assert.equal(typeof (await answer.json()).detail, "string");
    assert.deepEqual(fal.simulator.tasks(), []);
  }));

Deno.test("refuse and busy answer with a sentence and start nothing", () =>
  withFal({}, async (fal) => {
    fal.simulator.misbehave({ fault: { kind: "refuse", status: 403, detail: "User is locked.", times: 1 } });
    fal.simulator.misbehave({ fault: { kind: "busy", times: 1 } });
    const [locked, busy] = [await fal.submit(), await fal.submit()];
    assert.deepEqual([locked.status, await locked.json()], [403, { detail: "User is locked." }]);
    assert.deepEqual([busy.status, busy.headers.get("retry-after")], [429, "1"]);
    await busy.body?.cancel();
    assert.deepEqual(fal.simulator.tasks(), []);
  }));

Deno.test("fail_request is an error of fal's, not of the model's", () =>
  withFal({}, async (fal) => {
    const queued = await fal.submittedUnder({ kind: "fail_request", type: "startup_timeout", status: 504 });
    await fal.ended(queued);
    const result = await fal.fetch(queued.response_url);
    assert.deepEqual([result.status, result.headers.get("x-fal-error-type")], [504, "startup_timeout"]);
    assert.equal((await result.json()).error_type, "startup_timeout");
  }));

Deno.test("payload_error: the webhook has no payload, the result is there", () =>
  withFal({}, async (fal) => {
    const queued = await fal.submittedUnder({ kind: "payload_error" });
    const { status, payload, payload_error } = JSON.parse((await fal.receiver.got(1)).body);
    assert.deepEqual([status, payload, typeof payload_error], ["OK", null, "string"]);
    assert.equal((await fal.fetch(queued.response_url)).status, 200);
  }));

Deno.test("retried_by_gateway: the id of the last try is not the request's", () =>
  withFal({}, async (fal) => {
    const queued = await fal.submittedUnder({ kind: "retried_by_gateway" });
    const { request_id, gateway_request_id } = JSON.parse((await fal.receiver.got(1)).body);
    assert.equal(request_id, queued.request_id);
    assert.notEqual(gateway_request_id, request_id);
  }));

Deno.test("failed_then_success and success_without_outputs show in the result, the status is COMPLETED", () =>
  withFal({}, async (fal) => {
    const first = await fal.submittedUnder({ kind: "failed_then_success", webhook: true });
    await fal.receiver.got(2);
    assert.deepEqual(fal.receiver.received.map(({ body }) => JSON.parse(body).status), ["ERROR", "OK"]);
    assert.equal((await fal.json(first.status_url)).status, "COMPLETED");
    assert.equal((await fal.fetch(first.response_url)).status, 500);
    assert.equal((await fal.fetch(first.response_url)).status, 200);

    fal.simulator.behave();
    const second = await fal.submittedUnder({ kind: "success_without_outputs", times: 1 });
    await fal.receiver.got(3);
    const images = async () => (await fal.json(second.response_url)).images as unknown[];
    assert.deepEqual([(await images()).length, (await images()).length], [0, 1]);
  }));

Deno.test("the status and the result fail one by one, or both as poll; so do the keys", () =>
  withFal({}, async (fal) => {
    const queued = await fal.submitted();
    await fal.ended(queued);
    const statuses = async () => {
      const answers = [queued.status_url, queued.response_url, fal.simulator.jwksUrl].map((url) =>
        fal.fetch(url)
      );
      return await Promise.all(answers.map(async (answer) => {
        const { status, body } = await answer;
        await body?.cancel();
        return status;
      }));
    };
    const fails = (path: "status" | "result" | "jwks" | "poll", times = 1) =>
      fal.simulator.misbehave({ fault: { kind: "http_error", path, status: 502, times } });
    fails("result");
    assert.deepEqual(await statuses(), [200, 502, 200]);
    fails("poll", 2);
    fails("jwks");
    assert.deepEqual(await statuses(), [502, 502, 502]);
    assert.deepEqual(await statuses(), [200, 200, 200]);
  }));
