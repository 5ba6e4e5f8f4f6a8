import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import type { FaultRule } from "./faults.ts";
import { costTimeOf, type TestHub, withHub } from "./runninghub_client_fixture.ts";

/** Starts a task with a webhook under the given faults and returns it with the first body that arrives. */
async function webhookUnder(hub: TestHub, ...faults: FaultRule["fault"][]) {
  for (const fault of faults) hub.simulator.misbehave({ fault });
  const taskId = await hub.started({ webhookUrl: hub.receiver.url() });
  const { body } = await hub.receiver.got(1);
  return { taskId, body };
}

function resultsOf(hub: TestHub, taskId: string) {
  return hub.task(taskId).outputs.map(({ fileUrl, nodeId }) => ({
    url: fileUrl,
    outputType: "png",
    nodeId,
    text: null,
  }));
}

Deno.test("shape flat: eventData is the task as the v2 endpoints describe it", () =>
  withHub({}, async (hub) => {
    const { taskId, body } = await webhookUnder(hub, { kind: "webhook_shape", shape: "flat" });
    const usage = {
      consumeCoins: "17",
      consumeMoney: null,
      taskCostTime: String(costTimeOf(hub.task(taskId))),
      thirdPartyConsumeMoney: null,
    };
    assert.deepEqual(JSON.parse(body), {
      event: "TASK_END",
      taskId,
      eventData: {
        taskId,
        status: "SUCCESS",
        errorCode: "",
        errorMessage: "",
        failedReason: {},
        results: resultsOf(hub, taskId),
        usage,
        taskUsageList: [{ usage }],
      },
    });
  }));

Deno.test("shape flat of a failed task has the code as a string and no results", () =>
  withHub({}, async (hub) => {
    const { body } = await webhookUnder(
      hub,
      { kind: "webhook_shape", shape: "flat" },
      { kind: "fail", code: 1501, exceptionMessage: "moderated" },
    );
    const { eventData } = JSON.parse(body);
    assert.equal(eventData.status, "FAILED");
    assert.deepEqual([eventData.errorCode, eventData.errorMessage], ["1501", "moderated"]);
    assert.equal(eventData.failedReason.exception_message, "moderated");
    assert.equal(eventData.results, null);
  }));

Deno.test("shape wrapped: the same inside an answer", () =>
  withHub({}, async (hub) => {
    const { taskId, body } = await webhookUnder(hub, { kind: "webhook_shape", shape: "wrapped" });
    const { event, taskId: named, eventData } = JSON.parse(body);
    assert.deepEqual([event, named, eventData.code, eventData.msg], ["TASK_END", taskId, 0, "success"]);
    assert.equal(eventData.data.status, "SUCCESS");
    assert.deepEqual(eventData.data.results, resultsOf(hub, taskId));
  }));

Deno.test("shape bare: no envelope", () =>
  withHub({}, async (hub) => {
    const { taskId, body } = await webhookUnder(hub, { kind: "webhook_shape", shape: "bare" });
    const { event, eventData, taskId: named, status, results } = JSON.parse(body);
    assert.deepEqual([event, eventData], [undefined, undefined]);
    assert.deepEqual([named, status, results], [taskId, "SUCCESS", resultsOf(hub, taskId)]);
  }));

for (const shape of ["v1", "flat", "wrapped", "bare"] as const) {
  Deno.test(`bareNumberId in shape ${shape} sends all 19 digits unquoted, so that JSON.parse loses them`, () =>
    withHub({}, async (hub) => {
      const { taskId, body } = await webhookUnder(hub, { kind: "webhook_shape", shape, bareNumberId: true });
      assert.ok(body.includes(`"taskId":${taskId}`));
      assert.ok(!body.includes(`"taskId":"`));
      assert.notEqual(String(JSON.parse(body).taskId), taskId);
    }));
}

Deno.test("lost_webhook: nothing arrives, the detail says so, retryWebhook delivers it", () =>
  withHub({}, async (hub) => {
    hub.simulator.misbehave({ times: 1, fault: { kind: "lost_webhook" } });
    const lost = await hub.started({ webhookUrl: hub.receiver.url("/lost") });
    await hub.ended(lost);
    await hub.started({ webhookUrl: hub.receiver.url("/next") });
    assert.equal((await hub.receiver.got(1)).path, "/next");
    const detail = (await hub.ask("getWebhookDetail", lost)).data as Record<string, unknown>;
    assert.deepEqual([detail.callbackStatus, detail.retryCount], ["FAILED", 3]);
    assert.match(String(detail.callbackResponse), /^I\/O error on POST request for "http/);
    const { apiKey } = hub.simulator;
    await hub.post("/task/openapi/retryWebhook", {
      apiKey,
      webhookId: detail.id,
      webhookUrl: detail.webhookUrl,
    });
    const { path, body } = await hub.receiver.got(2);
    assert.equal(path, "/lost");
    assert.equal(JSON.parse(body).taskId, lost);
  }));

Deno.test("duplicate_webhook delivers as many copies as it says, at the same time", () =>
  withHub({}, async (hub) => {
    const together = Promise.withResolvers<void>();
    hub.receiver.answer = async (n) => {
      // No copy is answered before all have come, so they cannot have been sent one after the other.
      if (n === 3) together.resolve();
      await together.promise;
      return new Response();
    };
    const { taskId, body } = await webhookUnder(hub, { kind: "duplicate_webhook", copies: 3 });
    await until(() => hub.task(taskId).webhook?.attempts.length === 3);
    assert.deepEqual(hub.receiver.received.map((received) => received.body), [body, body, body]);
  }));

Deno.test("malformed_webhook sends its body byte for byte", () =>
  withHub({}, async (hub) => {
    const malformed = '{"event":"TASK_END","eventData":"{\\"code\\":0,';
    const { body } = await webhookUnder(hub, { kind: "malformed_webhook", body: malformed });
    assert.equal(body, malformed);
  }));

Deno.test("webhook_before_answer: the webhook is there before the run is answered", () =>
  withHub({ taskMs: 60_000 }, async (hub) => {
    const accepted = Promise.withResolvers<void>();
    hub.receiver.answer = async () => {
      await accepted.promise;
      return new Response();
    };
    hub.simulator.misbehave({ fault: { kind: "webhook_before_answer" } });
    let answered = false;
    const answer = hub.run({ webhookUrl: hub.receiver.url() }).finally(() => (answered = true));
    const { body } = await hub.receiver.got(1);
    // A round trip to the simulator: the run would have been answered by now if it did not wait for the receiver.
    await hub.post("/uc/openapi/accountStatus", { apikey: hub.simulator.apiKey });
    assert.equal(answered, false);
    accepted.resolve();
    const { taskId, taskStatus } = (await answer).data as { taskId: string; taskStatus: string };
    assert.equal(JSON.parse(body).taskId, taskId);
    assert.equal(taskStatus, "QUEUED");
    assert.equal((await hub.ask("status", taskId)).data, "SUCCESS");
  }));

Deno.test("webhook_before_answer: a receiver that does not know the task yet gets it again later", () =>
  withHub({}, async (hub) => {
    let known = false;
    hub.receiver.answer = () => new Response(null, { status: known ? 200 : 404 });
    hub.simulator.misbehave({ fault: { kind: "webhook_before_answer" } });
    const taskId = await hub.started({ webhookUrl: hub.receiver.url() });
    known = true;
    await until(() => hub.task(taskId).webhook?.callbackStatus === "SUCCESS");
    assert.ok(hub.receiver.received.length >= 2);
  }));

Deno.test("success_without_outputs: the webhook has none, the endpoint has none the first times", () =>
  withHub({}, async (hub) => {
    const { taskId, body } = await webhookUnder(hub, { kind: "success_without_outputs", times: 2 });
    const nothing = { code: 0, msg: "success", data: null };
    assert.deepEqual(JSON.parse(JSON.parse(body).eventData), nothing);
    assert.equal((await hub.ask("status", taskId)).data, "SUCCESS");
    assert.deepEqual(await hub.ask("outputs", taskId), nothing);
    assert.deepEqual(await hub.ask("outputs", taskId), nothing);
    assert.equal(((await hub.ask("outputs", taskId)).data as unknown[]).length, 2);
  }));

Deno.test("success_without_outputs in the v2 shapes has null results", () =>
  withHub({}, async (hub) => {
    const { body } = await webhookUnder(
      hub,
      { kind: "success_without_outputs", times: 1 },
      { kind: "webhook_shape", shape: "bare" },
    );
    const { status, results } = JSON.parse(body);
    assert.deepEqual([status, results], ["SUCCESS", null]);
  }));
