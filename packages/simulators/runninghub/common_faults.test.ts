import assert from "node:assert/strict";
import type { FaultRule } from "./faults.ts";
import { type TestHub, withHub } from "./runninghub_client_fixture.ts";

/** The codes of the webhooks that came, in their order. */
function codes(hub: TestHub): number[] {
  return hub.receiver.received.map(({ body }) => JSON.parse(JSON.parse(body).eventData).code);
}

async function startedUnder(hub: TestHub, ...faults: FaultRule["fault"][]): Promise<string> {
  for (const fault of faults) hub.simulator.misbehave({ fault });
  return await hub.started({ webhookUrl: hub.receiver.url() });
}

Deno.test("busy is 421, as often as it says", () =>
  withHub({}, async (hub) => {
    hub.simulator.misbehave({ fault: { kind: "busy", times: 1 } });
    assert.deepEqual(await hub.run(), { code: 421, msg: "TASK_QUEUE_MAXED", data: null });
    assert.equal((await hub.run()).code, 0);
  }));

Deno.test("failed_then_success: a poll sees FAILED, the next one SUCCESS; webhooks say 805, then 0", () =>
  withHub({}, async (hub) => {
    const taskId = await startedUnder(hub, { kind: "failed_then_success", polls: 2, webhook: true });
    await hub.receiver.got(2);
    assert.deepEqual(codes(hub), [805, 0]);
    assert.equal((await hub.ask("status", taskId)).data, "FAILED");
    const outputs = await hub.ask("outputs", taskId);
    assert.equal(outputs.code, 805);
    assert.ok((outputs.data as { failedReason: unknown }).failedReason);
    assert.equal((await hub.ask("status", taskId)).data, "SUCCESS");
    assert.equal((await hub.ask("outputs", taskId)).code, 0);
    const detail = (await hub.ask("getWebhookDetail", taskId)).data as { eventData: string };
    assert.equal(JSON.parse(detail.eventData).code, 0);
  }));

Deno.test("out_of_order_webhook: FAILED after SUCCESS", () =>
  withHub({}, async (hub) => {
    const taskId = await startedUnder(hub, { kind: "out_of_order_webhook", late: "failed" });
    await hub.receiver.got(2);
    assert.deepEqual(codes(hub), [0, 805]);
    const detail = (await hub.ask("getWebhookDetail", taskId)).data as { eventData: string };
    assert.equal(JSON.parse(detail.eventData).code, 0);
    assert.equal((await hub.ask("status", taskId)).data, "SUCCESS");
  }));

Deno.test("malformed_event_data: the webhook is JSON, the string in it is not, or is null", () =>
  withHub({}, async (hub) => {
    const taskId = await startedUnder(hub, { kind: "malformed_event_data" });
    const { eventData, taskId: named } = JSON.parse((await hub.receiver.got(1)).body);
    assert.equal(named, taskId);
    assert.throws(() => JSON.parse(eventData), SyntaxError);
    hub.simulator.behave();
    await startedUnder(hub, { kind: "malformed_event_data", eventData: null });
    assert.equal(JSON.parse((await hub.receiver.got(2)).body).eventData, null);
  }));

Deno.test("bare_number_id: all 19 digits without quotes in the submission's answer and in the webhook", () =>
  withHub({}, async (hub) => {
    hub.simulator.misbehave({ fault: { kind: "bare_number_id" } });
    const body = hub.runBody({ webhookUrl: hub.receiver.url() });
    const answer = await (await hub.postRaw("/task/openapi/ai-app/run", body)).text();
    const [, taskId] = /"taskId":(\d{19}),/.exec(answer) ?? [];
    assert.equal(hub.simulator.tasks()[0]?.taskId, taskId);
    assert.match((await hub.receiver.got(1)).body, new RegExp(`"taskId":${taskId},`));
  }));

Deno.test("poll_code strikes status and outputs with HTTP 200", () =>
  withHub({}, async (hub) => {
    const taskId = await startedUnder(hub, {
      kind: "poll_code",
      code: 1005,
      msg: "internal error",
      times: 2,
    });
    const error = { code: 1005, msg: "internal error", data: null };
    assert.deepEqual([await hub.ask("status", taskId), await hub.ask("outputs", taskId)], [error, error]);
    assert.equal((await hub.ask("status", taskId)).code, 0);
  }));

Deno.test("the endpoints go by their own names and by those that all simulators share", () =>
  withHub({}, async (hub) => {
    const taskId = await hub.started();
    const { apiKey } = hub.simulator;
    const rules = [
      ["submit", "ai-app/run"],
      ["run", "ai-app/run"],
      ["poll", "status"],
      ["poll", "outputs"],
      ["status", "status"],
      ["outputs", "outputs"],
      ["cancel", "cancel"],
    ] as const;
    for (const [path, endpoint] of rules) {
      hub.simulator.misbehave({ fault: { kind: "http_error", path, status: 502, times: 1 } });
      const response = await hub.postRaw(`/task/openapi/${endpoint}`, { apiKey, taskId });
      await response.body?.cancel();
      assert.equal(response.status, 502, path);
    }
  }));

Deno.test("of two uploads the one that hangs is never answered", () =>
  withHub({}, async (hub) => {
    hub.simulator.misbehave({ fault: { kind: "hang", path: "upload", times: 1 } });
    const uploads = [hub.upload(new Uint8Array(9)), hub.upload(new Uint8Array(9))];
    const answers = Promise.allSettled(uploads);
    assert.equal((await Promise.race(uploads)).code, 0);
    // The other one is let go.
    await hub.simulator.close();
    assert.deepEqual((await answers).map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
  }));

Deno.test("expired_output with fresh: outputs has new links after one was tried", () =>
  withHub({}, async (hub) => {
    const taskId = await startedUnder(hub, { kind: "expired_output", status: 403, fresh: true });
    await hub.ended(taskId);
    const statuses: number[] = [];
    for (let n = 0; n < 2; n++) {
      const links = (await hub.ask("outputs", taskId)).data as { fileUrl: string }[];
      const response = await fetch(links[1]?.fileUrl ?? "");
      await response.body?.cancel();
      statuses.push(response.status);
    }
    assert.deepEqual(statuses, [403, 200]);
  }));

Deno.test("replay_webhook: the same webhook once more", () =>
  withHub({}, async (hub) => {
    await startedUnder(hub, { kind: "replay_webhook" });
    await hub.receiver.got(2);
    const [first, second] = hub.receiver.received;
    assert.equal(first?.body, second?.body);
  }));
