import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { outputBytes } from "../kit/output.ts";
import { until } from "../kit/receiver_fixture.ts";
import { withKie } from "./kie_client_fixture.ts";

Deno.test("a task is created, polled to its end and its image fetched", () =>
  withKie({}, async (kie) => {
    const body = kie.body();
    const { code, msg, data } = await kie.post("/api/v1/jobs/createTask", body);
    const { taskId } = data as { taskId: string };
    assert.deepEqual([code, msg, data], [200, "success", { taskId }]);
    assert.match(taskId, /^[0-9a-f]{32}$/);
    await kie.ended(taskId);
    const record = await kie.record(taskId);
    const { resultJson, param, costTime, completeTime, createTime, updateTime, ...rest } = record;
    assert.deepEqual(rest, {
      taskId,
      model: "google/nano-banana",
      state: "success",
      failCode: "",
      failMsg: "",
    });
    assert.deepEqual(JSON.parse(String(param)), body);
    assert.equal(Number(completeTime) - Number(createTime), costTime);
    assert.equal(updateTime, completeTime);
    const [link = "", ...others] = kie.linksOf({ resultJson });
    assert.deepEqual(others, []);
    const response = await fetch(link);
    assert.equal(response.headers.get("content-type"), "image/png");
    assert.ok(Buffer.from(await response.bytes()).equals(outputBytes(taskId, "image/png")));
  }));

Deno.test("a task that waits is `waiting`, one at work `generating`, and neither has a result", () =>
  withKie({ taskMs: 60_000 }, async (kie) => {
    kie.simulator.misbehave({ contains: "quick", fault: { kind: "slow", ms: 1_000 } });
    const [waiting, working] = [await kie.created(), await kie.created({ prompt: "a quick cat" })];
    await until(async () => (await kie.record(working)).state === "generating");
    for (const record of [await kie.record(working), await kie.record(waiting)]) {
      assert.deepEqual([record.resultJson, record.completeTime, record.costTime], ["", null, 0]);
    }
    assert.equal((await kie.record(waiting)).state, "waiting");
  }));

Deno.test("the callback of a success has the documented body and signature headers", () =>
  withKie({ credits: 1_000 }, async (kie) => {
    const taskId = await kie.created();
    const { path, body, headers } = await kie.receiver.got(1);
    assert.equal(path, "/job/token");
    assert.match(headers.get("x-webhook-timestamp") ?? "", /^\d{10}$/);
    assert.match(headers.get("x-webhook-signature") ?? "", /^[A-Za-z0-9+/]{43}=$/);
    const { code, msg, data } = JSON.parse(body);
    assert.deepEqual([code, msg], [200, "Playground task completed successfully."]);
    const { param, resultJson, createTime, completeTime, updateTime, ...rest } = data;
    assert.deepEqual(rest, {
      taskId,
      model: "google/nano-banana",
      state: "success",
      consumeCredits: 100,
      remainedCredits: 900,
      costTime: 0,
    });
    assert.deepEqual(JSON.parse(param), kie.body());
    assert.deepEqual(kie.linksOf({ resultJson }), kie.linksOf(await kie.record(taskId)));
    assert.ok(createTime <= completeTime && completeTime === updateTime);
  }));

Deno.test("the callback of a failure says 501, has the failure and no resultJson; it costs nothing", () =>
  withKie({}, async (kie) => {
    const before = (await (await kie.fetch("/api/v1/chat/credit")).json()).data;
    const taskId = await kie.createdUnder({ kind: "fail" });
    const { code, msg, data } = JSON.parse((await kie.receiver.got(1)).body);
    assert.deepEqual([code, msg], [501, "Playground task failed."]);
    const { param: _param, createTime: _create, completeTime: _complete, updateTime: _update, ...rest } =
      data;
    assert.deepEqual(rest, {
      taskId,
      model: "google/nano-banana",
      state: "fail",
      failCode: "500",
      failMsg: "Internal server error",
      consumeCredits: 0,
      remainedCredits: before,
      costTime: 0,
    });
    const record = await kie.record(taskId);
    assert.deepEqual([record.state, record.failCode, record.failMsg, record.resultJson], [
      "fail",
      "500",
      "Internal server error",
      "",
    ]);
    assert.equal((await (await kie.fetch("/api/v1/chat/credit")).json()).data, before);
  }));

Deno.test("newer models have ids with their name in it, which differ within a millisecond too", () =>
  withKie({}, async (kie) => {
    const ids = await Promise.all([1, 2, 3].map(() => kie.created({}, { model: "nano-banana-2" })));
    for (const id of ids) assert.match(id, /^task_nano-banana-2_\d{13}$/);
    assert.equal(new Set(ids).size, 3);
  }));

Deno.test("output_format jpeg gives a JPEG, a film model a film", () =>
  withKie({}, async (kie) => {
    const picture = await kie.ended(await kie.created({ output_format: "jpeg" }));
    const film = await kie.ended(await kie.created({}, { model: "veo3/text-to-video" }));
    assert.deepEqual([picture, film].map(({ outputs }) => outputs[0]?.type), ["image/jpeg", "video/mp4"]);
  }));

Deno.test("without an HMAC key callbacks are not signed", () =>
  withKie({ hmacKey: null }, async (kie) => {
    await kie.created();
    const { headers } = await kie.receiver.got(1);
    assert.deepEqual([...headers.keys()].filter((name) => name.startsWith("x-webhook")), []);
  }));

Deno.test("the older paths are the same endpoints", () =>
  withKie({}, async (kie) => {
    const { data } = await kie.post("/api/v1/playground/createTask", kie.body());
    const { taskId } = data as { taskId: string };
    const answer = await kie.fetch(`/api/v1/playground/recordInfo?taskId=${taskId}`);
    assert.equal((await answer.json()).data.taskId, taskId);
  }));

Deno.test("a task that wants no callback says so with an empty address, or with none: it ends all the same", () =>
  withKie({}, async (kie) => {
    for (const callBackUrl of ["", undefined]) {
      const taskId = await kie.created({}, { callBackUrl });
      assert.equal((await kie.ended(taskId)).outcome, "succeeded");
      assert.equal((await kie.record(taskId)).state, "success");
    }
    assert.deepEqual(kie.receiver.received, []);
  }));
