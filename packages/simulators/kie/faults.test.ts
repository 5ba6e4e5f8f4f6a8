import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { withKie } from "./kie_client_fixture.ts";

Deno.test("the signature is that of the task and the time; with wrong_signature it is not", () =>
  withKie({ hmacKey: "secret" }, async (kie) => {
    const isRight = async (n: number, taskId: string) => {
      const { headers } = await kie.receiver.got(n);
      const message = `${taskId}.${headers.get("x-webhook-timestamp")}`;
      const expected = createHmac("sha256", "secret").update(message).digest("base64");
      return headers.get("x-webhook-signature") === expected;
    };
    assert.equal(await isRight(1, await kie.created()), true);
    assert.equal(await isRight(2, await kie.createdUnder({ kind: "wrong_signature" })), false);
  }));

Deno.test("submit_code and poll_code come with HTTP 200 and strike by prompt", () =>
  withKie({}, async (kie) => {
    kie.simulator.misbehave({
      contains: "hat",
      fault: { kind: "submit_code", code: 455, msg: "maintenance", times: 1 },
    });
    kie.simulator.misbehave({ contains: "hat", fault: { kind: "poll_code", code: 500, msg: "", times: 1 } });
    assert.equal((await kie.create({ prompt: "a cat" })).code, 200);
    assert.deepEqual(await kie.create({ prompt: "a hat" }), { code: 455, msg: "maintenance", data: null });
    const taskId = await kie.created({ prompt: "a hat" });
    const poll = async () =>
      (await (await kie.fetch(`/api/v1/jobs/recordInfo?taskId=${taskId}`)).json()).code;
    assert.deepEqual([await poll(), await poll()], [500, 200]);
  }));

Deno.test("busy is HTTP 429 with the body's code", () =>
  withKie({}, async (kie) => {
    kie.simulator.misbehave({ fault: { kind: "busy", times: 1 } });
    const create = () =>
      kie.fetch("/api/v1/jobs/createTask", { method: "POST", body: JSON.stringify(kie.body()) });
    const [refused, accepted] = [await create(), await create()];
    assert.deepEqual([refused.status, accepted.status], [429, 200]);
    assert.equal((await refused.json()).code, 429);
    await accepted.body?.cancel();
  }));

Deno.test("fail has the code and message that were asked for", () =>
  withKie({}, async (kie) => {
    const taskId = await kie.createdUnder({ kind: "fail", failCode: "422", failMsg: "flagged as sensitive" });
    await kie.ended(taskId);
    const { failCode, failMsg } = await kie.record(taskId);
    assert.deepEqual([failCode, failMsg], ["422", "flagged as sensitive"]);
  }));

Deno.test("failed_then_success says 501 first, in polls `fail`", () =>
  withKie({}, async (kie) => {
    const taskId = await kie.createdUnder({ kind: "failed_then_success", webhook: true });
    await kie.receiver.got(2);
    assert.deepEqual(kie.receiver.received.map(({ body }) => JSON.parse(body).code), [501, 200]);
    assert.deepEqual([(await kie.record(taskId)).state, (await kie.record(taskId)).state], [
      "fail",
      "success",
    ]);
  }));

Deno.test("success_without_outputs is a success whose resultUrls is empty", () =>
  withKie({}, async (kie) => {
    const taskId = await kie.createdUnder({ kind: "success_without_outputs", times: 1 });
    const { data } = JSON.parse((await kie.receiver.got(1)).body);
    assert.deepEqual([data.state, data.resultJson], ["success", '{"resultUrls":[]}']);
    assert.deepEqual(kie.linksOf(await kie.record(taskId)), []);
    assert.equal(kie.linksOf(await kie.record(taskId)).length, 1);
  }));

Deno.test("malformed_result_json: the callback and the first polls cannot be parsed", () =>
  withKie({}, async (kie) => {
    const taskId = await kie.createdUnder({ kind: "malformed_result_json", times: 1 });
    const { data } = JSON.parse((await kie.receiver.got(1)).body);
    assert.throws(() => kie.linksOf(data), SyntaxError);
    const record = await kie.record(taskId);
    assert.throws(() => kie.linksOf(record), SyntaxError);
    assert.equal(kie.linksOf(await kie.record(taskId)).length, 1);
  }));

Deno.test("snake_case_id: the callback names the task task_id", () =>
  withKie({}, async (kie) => {
    const taskId = await kie.createdUnder({ kind: "snake_case_id" });
    const { data } = JSON.parse((await kie.receiver.got(1)).body);
    assert.deepEqual([data.task_id, data.taskId], [taskId, undefined]);
  }));
