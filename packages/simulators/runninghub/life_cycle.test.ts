import { decode, encode } from "fast-png";
import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { costTimeOf, withHub } from "./runninghub_client_fixture.ts";

Deno.test("a task that waits is QUEUED, and its outputs are 813", () =>
  withHub({ taskMs: 60_000 }, async (hub) => {
    const taskId = await hub.started();
    assert.deepEqual(await hub.ask("status", taskId), { code: 0, msg: "", data: "QUEUED" });
    assert.deepEqual(await hub.ask("outputs", taskId), {
      code: 813,
      msg: "APIKEY_TASK_IS_QUEUED",
      data: null,
    });
  }));

Deno.test("a task at work is RUNNING, and its outputs are 804", () =>
  withHub({ taskMs: 1_200 }, async (hub) => {
    const taskId = await hub.started();
    await until(async () => (await hub.ask("status", taskId)).data === "RUNNING");
    assert.deepEqual(await hub.ask("outputs", taskId), {
      code: 804,
      msg: "APIKEY_TASK_IS_RUNNING",
      data: { netWssUrl: null },
    });
  }));

Deno.test("a task goes from QUEUED over RUNNING to SUCCESS and never back", () =>
  withHub({ taskMs: 60 }, async (hub) => {
    const order = ["QUEUED", "RUNNING", "SUCCESS"];
    const taskId = await hub.started();
    const seen: number[] = [];
    await until(async () => {
      seen.push(order.indexOf(String((await hub.ask("status", taskId)).data)));
      return seen.at(-1) === 2;
    });
    assert.ok(!seen.includes(-1));
    assert.deepEqual(seen, seen.toSorted());
  }));

Deno.test("outputs are listed as documented, the preview before the result", () =>
  withHub({ previewNodeId: "5", outputNodeId: "12" }, async (hub) => {
    const task = await hub.ended(await hub.started());
    const { code, msg, data } = await hub.ask("outputs", task.taskId);
    assert.deepEqual([code, msg], [0, "success"]);
    const outputs = data as { fileUrl: string }[];
    assert.deepEqual(
      outputs.map(({ fileUrl: _fileUrl, ...rest }) => rest),
      ["5", "12"].map((nodeId) => ({
        fileType: "png",
        taskCostTime: String(costTimeOf(task)),
        nodeId,
        thirdPartyConsumeMoney: null,
        consumeMoney: null,
        consumeCoins: "17",
      })),
    );
    assert.deepEqual(outputs.map(({ fileUrl }) => fileUrl), task.outputs.map(({ fileUrl }) => fileUrl));
    assert.equal(task.result?.fileUrl, outputs[1]?.fileUrl);
  }));

Deno.test("an unknown task is 807 everywhere, a wrong key 802", () =>
  withHub({}, async (hub) => {
    const taskId = await hub.started();
    for (const endpoint of ["status", "outputs", "cancel", "getWebhookDetail"] as const) {
      assert.deepEqual(await hub.ask(endpoint, "1904163390028185603"), {
        code: 807,
        msg: "APIKEY_TASK_NOT_FOUND",
        data: null,
      });
      const wrong = await hub.post(`/task/openapi/${endpoint}`, { apiKey: "x".repeat(32), taskId });
      assert.equal(wrong.code, 802);
    }
  }));

Deno.test("a task id that comes as a number keeps its digits; one that lost them is unknown", () =>
  withHub({}, async (hub) => {
    const taskId = await hub.started();
    const body = (id: string) => `{"apiKey": "${hub.simulator.apiKey}", "taskId": ${id}}`;
    assert.equal((await hub.post("/task/openapi/status", body(taskId))).code, 0);
    assert.equal((await hub.post("/task/openapi/status", body(String(Number(taskId))))).code, 807);
  }));

Deno.test("a damaged PNG fails on the node that loads it, with code 805", () =>
  withHub({}, async (hub) => {
    const intact = encode({ width: 8, height: 8, channels: 3, data: new Uint8Array(192) });
    const damaged = new Uint8Array(intact);
    damaged[damaged.length - 20] = (damaged[damaged.length - 20] ?? 0) ^ 0xff;
    for (const content of [damaged, new Uint8Array([1, 2, 3]), new Uint8Array()]) {
      const fieldValue = await hub.uploaded(content);
      const taskId = await hub.started({ nodeInfoList: [{ nodeId: "39", fieldName: "image", fieldValue }] });
      const task = await hub.ended(taskId);
      assert.equal(task.status, "FAILED");
      assert.equal(task.result, null);
      assert.equal((await hub.ask("status", taskId)).data, "FAILED");
      const message = `cannot identify image file '${fieldValue}'`;
      assert.deepEqual(await hub.ask("outputs", taskId), {
        code: 805,
        msg: "APIKEY_TASK_STATUS_ERROR",
        data: {
          failedReason: {
            current_outputs: "{}",
            exception_type: "PIL.UnidentifiedImageError",
            node_name: "LoadImage",
            current_inputs: "{}",
            traceback: JSON.stringify([`PIL.UnidentifiedImageError: ${message}`]),
            node_id: "39",
            exception_message: message,
          },
        },
      });
      assert.deepEqual(task.failure?.code, 805);
    }
  }));

Deno.test("cancelling ends a task at once and cannot be undone by its work", () =>
  withHub({ taskMs: 60_000 }, async (hub) => {
    const taskId = await hub.started({ webhookUrl: hub.receiver.url() });
    assert.deepEqual(await hub.ask("cancel", taskId), { code: 0, msg: "success", data: null });
    const task = hub.task(taskId);
    assert.deepEqual([task.status, task.cancelled], ["FAILED", true]);
    assert.equal((await hub.ask("outputs", taskId)).code, 805);
    assert.match((await hub.receiver.got(1)).body, /the task was cancelled/);
  }));

Deno.test("cancelling a task that has ended changes nothing", () =>
  withHub({}, async (hub) => {
    const taskId = await hub.started();
    const before = await hub.ended(taskId);
    assert.equal((await hub.ask("cancel", taskId)).code, 0);
    const [asked] = hub.task(taskId).cancels;
    assert.equal(asked?.answer, "over");
    assert.deepEqual(hub.task(taskId), { ...before, cancels: [asked] });
  }));

Deno.test("the account counts unfinished tasks and pays for successful ones, in strings", () =>
  withHub({}, async (hub) => {
    const account = () => hub.post("/uc/openapi/accountStatus", { apikey: hub.simulator.apiKey });
    const fresh = { remainMoney: null, currency: null, apiType: "NORMAL" };
    assert.deepEqual(await account(), {
      code: 0,
      msg: "success",
      data: { ...fresh, remainCoins: "177814", currentTaskCounts: "0" },
    });
    await hub.ended(await hub.started());
    hub.simulator.misbehave({ fault: { kind: "slow", ms: 60_000 } });
    await hub.started();
    assert.deepEqual((await account()).data, { ...fresh, remainCoins: "177797", currentTaskCounts: "1" });
    const camelCase = await hub.post("/uc/openapi/accountStatus", { apiKey: hub.simulator.apiKey });
    assert.equal(camelCase.code, 802, "the field is all lower case here");
  }));

Deno.test("a path that does not exist is answered like a bad token, with 412", () =>
  withHub({}, async (hub) => {
    for (const path of ["/task/openapi/run", "/task/openapi/ai-app/run/", "/"]) {
      assert.deepEqual(await hub.post(path, {}), { code: 412, msg: "TOKEN_INVALID", data: null });
    }
    const response = await fetch(`${hub.simulator.url}/task/openapi/status`);
    assert.equal((await response.json()).code, 412);
  }));

Deno.test("decoding what the preview offers gives a smaller image than the result", () =>
  withHub({}, async (hub) => {
    const { outputs } = await hub.ended(await hub.started());
    const sides: number[] = [];
    for (const { fileUrl } of outputs) sides.push(decode(await (await fetch(fileUrl)).bytes()).width);
    assert.deepEqual(sides, [32, 64]);
  }));
