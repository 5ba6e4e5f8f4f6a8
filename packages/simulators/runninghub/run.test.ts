import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { withHub } from "./runninghub_client_fixture.ts";

Deno.test("an accepted run is answered as documented", () =>
  withHub({}, async (hub) => {
    const { code, msg, data } = await hub.run();
    assert.deepEqual([code, msg], [0, "success"]);
    const { taskId, clientId, ...rest } = data as { taskId: unknown; clientId: unknown };
    assert.ok(typeof taskId === "string" && /^\d{19}$/.test(taskId));
    assert.ok(typeof clientId === "string" && /^[0-9a-f]{32}$/.test(clientId));
    assert.deepEqual(rest, {
      netWssUrl: null,
      taskStatus: "QUEUED",
      promptTips: '{"result": true, "error": null, "outputs_to_execute": ["2", "9"], "node_errors": {}}',
    });
  }));

Deno.test("a wrong or missing key, or a header with another one, is refused with 802", () =>
  withHub({}, async (hub) => {
    const unauthorized = { code: 802, msg: "APIKEY_UNAUTHORIZED", data: null };
    assert.deepEqual(await hub.run({ apiKey: "x".repeat(32) }), unauthorized);
    assert.deepEqual(await hub.run({ apiKey: undefined }), unauthorized);
    const path = "/task/openapi/ai-app/run";
    assert.deepEqual(await hub.post(path, hub.runBody(), { authorization: "Bearer x" }), unauthorized);
    const right = { authorization: `Bearer ${hub.simulator.apiKey}` };
    assert.equal((await hub.post(path, hub.runBody(), right)).code, 0);
  }));

Deno.test("each wrong field has its code", () =>
  withHub({ webappIds: ["1877265245566922753"] }, async (hub) => {
    const node = { nodeId: "1", fieldName: "prompt", fieldValue: "x" };
    const cases: [Record<string, unknown>, number, string][] = [
      [{ webappId: undefined }, 301, "PARAMS_INVALID"],
      [{ webappId: "" }, 301, "PARAMS_INVALID"],
      [{ webhookUrl: "not a url" }, 301, "PARAMS_INVALID"],
      [{ webhookUrl: "ftp://127.0.0.1/" }, 301, "PARAMS_INVALID"],
      [{ instanceType: "huge" }, 301, "PARAMS_INVALID"],
      [{ webappId: "404" }, 901, "WEBAPP_NOT_EXISTS"],
      [{ nodeInfoList: [] }, 433, "VALIDATE_PROMPT_FAILED"],
      [{ nodeInfoList: undefined }, 433, "VALIDATE_PROMPT_FAILED"],
      [{ nodeInfoList: [{ ...node, fieldName: undefined }] }, 803, "APIKEY_INVALID_NODE_INFO"],
      [{ nodeInfoList: [{ ...node, nodeId: "" }] }, 803, "APIKEY_INVALID_NODE_INFO"],
      [{ nodeInfoList: [node, { ...node, fieldValue: "api/unknown.png" }] }, 803, "APIKEY_INVALID_NODE_INFO"],
      [
        { nodeInfoList: [{ ...node, fieldName: "image", fieldValue: "a.png" }] },
        803,
        "APIKEY_INVALID_NODE_INFO",
      ],
    ];
    for (const [change, code, msg] of cases) {
      assert.deepEqual(await hub.run(change), { code, msg, data: null }, JSON.stringify(change));
    }
    assert.equal((await hub.post("/task/openapi/ai-app/run", "{not json")).code, 301);
    assert.deepEqual(hub.simulator.tasks(), []);
  }));

Deno.test("an image node takes a public URL, and optional fields may be there", () =>
  withHub({}, async (hub) => {
    const answer = await hub.run({
      nodeInfoList: [
        { nodeId: 39, fieldName: "image", fieldValue: "https://example.com/a.png", nodeName: "LoadImage" },
        { nodeId: "3", fieldName: "seed", fieldValue: 42 },
      ],
      instanceType: "plus",
      usePersonalQueue: false,
      webhookUrl: "",
    });
    assert.equal(answer.code, 0);
    assert.deepEqual(hub.simulator.tasks()[0]?.nodeInfoList, [
      { nodeId: "39", fieldName: "image", fieldValue: "https://example.com/a.png" },
      { nodeId: "3", fieldName: "seed", fieldValue: "42" },
    ]);
  }));

Deno.test("an app id that comes as a number keeps its digits", () =>
  withHub({ webappIds: ["1877265245566922753"] }, async (hub) => {
    const body = JSON.stringify(hub.runBody()).replace('"1877265245566922753"', "1877265245566922753");
    assert.equal((await hub.post("/task/openapi/ai-app/run", body)).code, 0);
    assert.equal(hub.simulator.tasks()[0]?.webappId, "1877265245566922753");
  }));

Deno.test("tasks over the concurrency are refused with 421 until one has ended", () =>
  withHub({ concurrency: 2, taskMs: 60_000 }, async (hub) => {
    const first = await hub.started();
    await hub.started();
    assert.deepEqual(await hub.run(), { code: 421, msg: "TASK_QUEUE_MAXED", data: null });
    await hub.ask("cancel", first);
    assert.equal((await hub.run()).code, 0);
    assert.equal((await hub.run()).code, 421);
  }));

Deno.test("submit_code refuses as many runs as it says and starts nothing", () =>
  withHub({}, async (hub) => {
    hub.simulator.misbehave({ fault: { kind: "submit_code", code: 416, msg: "NO_MONEY", times: 2 } });
    const answers = [await hub.run(), await hub.run(), await hub.run()];
    assert.deepEqual(answers.map(({ code }) => code), [416, 416, 0]);
    assert.deepEqual(answers[0], { code: 416, msg: "NO_MONEY", data: null });
    assert.equal(hub.simulator.tasks().length, 1);
  }));

Deno.test("http_error on run starts nothing, unless the run was accepted", () =>
  withHub({}, async (hub) => {
    hub.simulator.misbehave({ fault: { kind: "http_error", path: "run", status: 503, times: 1 } });
    hub.simulator.misbehave({
      fault: { kind: "http_error", path: "run", status: 504, times: 1, accepted: true },
    });
    const statuses: number[] = [];
    const counts: number[] = [];
    for (let n = 0; n < 3; n++) {
      const response = await hub.postRaw("/task/openapi/ai-app/run", hub.runBody());
      await response.body?.cancel();
      statuses.push(response.status);
      counts.push(hub.simulator.tasks().length);
    }
    assert.deepEqual(statuses, [503, 504, 200]);
    assert.deepEqual(counts, [0, 1, 2]);
    await until(() => hub.simulator.tasks().every(({ status }) => status === "SUCCESS"));
  }));

Deno.test("a rule with `contains` strikes by field value, app id or webhook URL", () =>
  withHub({}, async (hub) => {
    for (const contains of ["red hat", "1904163390028185602", "/job-7/"]) {
      hub.simulator.misbehave({
        contains,
        fault: { kind: "submit_code", code: 500, msg: contains, times: 9 },
      });
    }
    const prompt = (fieldValue: string) => [{ nodeId: "1", fieldName: "prompt", fieldValue }];
    assert.equal((await hub.run({ nodeInfoList: prompt("a red hat") })).msg, "red hat");
    assert.equal((await hub.run({ webappId: "1904163390028185602" })).msg, "1904163390028185602");
    assert.equal((await hub.run({ webhookUrl: hub.receiver.url("/job-7/token") })).msg, "/job-7/");
    assert.equal((await hub.run({ nodeInfoList: prompt("a blue hat") })).code, 0);
  }));
