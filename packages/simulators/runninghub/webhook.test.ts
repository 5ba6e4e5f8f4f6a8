import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { costTimeOf, withHub } from "./runninghub_client_fixture.ts";

interface Detail {
  id: string;
  [field: string]: unknown;
}

Deno.test("a task that succeeded posts the documented body once", () =>
  withHub({}, async (hub) => {
    const taskId = await hub.started({ webhookUrl: hub.receiver.url("/job/token") });
    const { path, body } = await hub.receiver.got(1);
    assert.equal(path, "/job/token");
    const { event, taskId: named, eventData, ...rest } = JSON.parse(body);
    assert.deepEqual([event, named, rest], ["TASK_END", taskId, {}]);
    const { outputs } = hub.task(taskId);
    assert.equal(typeof eventData, "string");
    assert.deepEqual(JSON.parse(eventData), {
      code: 0,
      msg: "success",
      data: outputs.map(({ fileUrl, nodeId }) => ({
        fileUrl,
        fileType: "png",
        taskCostTime: costTimeOf(hub.task(taskId)),
        nodeId,
      })),
    });
    await until(() => hub.task(taskId).webhook?.callbackStatus === "SUCCESS");
    assert.equal(hub.receiver.received.length, 1);
    assert.equal(hub.task(taskId).webhook?.body, body);
  }));

Deno.test("a task that failed posts the answer of the outputs endpoint", () =>
  withHub({}, async (hub) => {
    hub.simulator.misbehave({ fault: { kind: "fail", exceptionMessage: "out of memory" } });
    const taskId = await hub.started({ webhookUrl: hub.receiver.url() });
    const { eventData } = JSON.parse((await hub.receiver.got(1)).body);
    assert.deepEqual(JSON.parse(eventData), await hub.ask("outputs", taskId));
    assert.equal(JSON.parse(eventData).code, 805);
  }));

Deno.test("a webhook that is refused is tried again after each delay, then given up", () =>
  withHub({ webhookRetryDelaysMs: [5, 10] }, async (hub) => {
    hub.receiver.answer = () => new Response("not now", { status: 404 });
    const taskId = await hub.started({ webhookUrl: hub.receiver.url() });
    await until(() => hub.task(taskId).webhook?.retryCount === 2);
    const webhook = hub.task(taskId).webhook;
    assert.equal(webhook?.callbackStatus, "FAILED");
    assert.equal(webhook?.callbackResponse, '404 : "not now"');
    assert.equal(webhook?.attempts.length, 3);
    assert.equal(new Set(hub.receiver.received.map(({ body }) => body)).size, 1);
    // A later webhook needs at least as long as another retry would have: nothing of the first one comes any more.
    const second = await hub.started({ webhookUrl: hub.receiver.url("/second") });
    await until(() => hub.task(second).webhook?.retryCount === 2);
    assert.equal(hub.receiver.received.filter(({ path }) => path === "/hook").length, 3);
  }));

Deno.test("a receiver that takes too long is tried again", () =>
  withHub({ webhookTimeoutMs: 150 }, async (hub) => {
    const release = Promise.withResolvers<void>();
    hub.receiver.answer = async (n) => {
      if (n === 1) await release.promise;
      return new Response();
    };
    const taskId = await hub.started({ webhookUrl: hub.receiver.url() });
    await until(() => hub.task(taskId).webhook?.callbackStatus === "SUCCESS");
    release.resolve();
    const webhook = hub.task(taskId).webhook;
    assert.deepEqual(webhook?.attempts.map(({ kind }) => kind), ["failed", "answered"]);
    assert.equal(webhook?.retryCount, 1);
  }));

Deno.test("getWebhookDetail shows the latest attempt as documented", () =>
  withHub({ webhookRetryDelaysMs: [5] }, async (hub) => {
    hub.receiver.answer = (n) => new Response(n === 1 ? "down" : "thanks", { status: n === 1 ? 500 : 200 });
    const taskId = await hub.started({ webhookUrl: hub.receiver.url() });
    await until(() => hub.task(taskId).webhook?.callbackStatus === "SUCCESS");
    const { code, msg, data } = await hub.ask("getWebhookDetail", taskId);
    assert.deepEqual([code, msg], [0, "success"]);
    const { id, createTime, updateTime, ...rest } = data as Detail;
    assert.match(id, /^\d{19}$/);
    assert.notEqual(id, taskId);
    for (const time of [createTime, updateTime]) {
      assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    }
    assert.deepEqual(rest, {
      userApiKey: "******",
      taskId,
      webhookUrl: hub.receiver.url(),
      eventData: JSON.parse(hub.receiver.received[0]?.body ?? "").eventData,
      callbackStatus: "SUCCESS",
      callbackResponse: "thanks",
      retryCount: 1,
    });
  }));

Deno.test("there is no detail without a webhook, or before the task has ended", () =>
  withHub({ taskMs: 60_000 }, async (hub) => {
    for (const webhookUrl of [undefined, hub.receiver.url()]) {
      const taskId = await hub.started({ webhookUrl });
      assert.deepEqual(await hub.ask("getWebhookDetail", taskId), { code: 0, msg: "success", data: null });
    }
  }));

Deno.test("retryWebhook posts the same body again, to another URL if one is given", () =>
  withHub({ webhookRetryDelaysMs: [] }, async (hub) => {
    const { apiKey } = hub.simulator;
    hub.receiver.answer = (_n, { path }) => new Response(null, { status: path === "/new" ? 200 : 500 });
    const taskId = await hub.started({ webhookUrl: hub.receiver.url("/old") });
    const { body } = await hub.receiver.got(1);
    await until(() => hub.task(taskId).webhook?.callbackStatus === "FAILED");
    const webhookId = hub.task(taskId).webhook?.id;
    const retry = (change: Record<string, unknown>) =>
      hub.post("/task/openapi/retryWebhook", {
        apiKey,
        webhookId,
        webhookUrl: hub.receiver.url("/new"),
        ...change,
      });
    assert.deepEqual(await retry({}), { code: 0, msg: "", data: null });
    const repeated = await hub.receiver.got(2);
    assert.deepEqual([repeated.path, repeated.body], ["/new", body]);
    await until(() => hub.task(taskId).webhook?.callbackStatus === "SUCCESS");
    assert.deepEqual(await retry({ webhookUrl: undefined }), { code: 0, msg: "", data: null });
    const again = await hub.receiver.got(3);
    assert.deepEqual([again.path, again.body], ["/new", body]);

    assert.equal((await retry({ webhookId: taskId })).code, 301);
    assert.equal((await retry({ webhookUrl: "nowhere" })).code, 301);
    assert.equal((await retry({ apiKey: "x" })).code, 802);
    assert.equal(hub.receiver.received.length, 3);
  }));
