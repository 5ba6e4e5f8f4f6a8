/**
 * How RunningHub says that a task stands: by `outputs`, and by `status` where that leaves it open
 * (runninghub.md#outcomes).
 */
import assert from "node:assert/strict";
import { API_KEY, type Differences } from "../../engine/work_item_fixture.ts";
import { messageFor } from "../../engine/work_item_fixture.ts";
import { jsonOf } from "../../runtime/fake_runtime.ts";
import { addressesOf } from "../kit/fake_provider.ts";
import { type Outcome, ProviderError } from "../provider.ts";
import { type FakeRunningHub, fakeRunningHub, finished } from "./fake_runninghub.ts";
import { STILL_RUNNING, TASK_ID } from "./fake_runninghub.ts";
import { runninghub } from "./runninghub.ts";

const RESULT = "https://rh-images.xiaoyaoyou.com/1f2e/output/ComfyUI_00059.png";
const ask = (hub: FakeRunningHub, differences?: Differences): Promise<Outcome> =>
  runninghub.fetchOutcome(messageFor(hub.url, differences).item, TASK_ID);
/** The outputs of a task that has succeeded. */
async function outputsOf(hub: FakeRunningHub, differences?: Differences) {
  const outcome = await ask(hub, differences);
  assert.equal(outcome.state, "succeeded");
  return (outcome as Extract<Outcome, { state: "succeeded" }>).outputs;
}

Deno.test("outputs are asked for by the task's id, with the key", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", STILL_RUNNING);
  await ask(hub);
  const [request] = hub.asked("outputs");
  assert.equal(request?.path, "/task/openapi/outputs");
  assert.equal(request?.headers.get("authorization"), `Bearer ${API_KEY}`);
  assert.deepEqual(request && jsonOf(request), { apiKey: API_KEY, taskId: TASK_ID });
});

Deno.test("804 is running, 813 is queued, with or without a socket to listen to", async () => {
  await using hub = fakeRunningHub();
  for (const data of [null, { netWssUrl: "wss://www.runninghub.cn/1" }]) {
    hub.answer("outputs", { ...STILL_RUNNING, data });
    assert.equal((await ask(hub)).state, "running");
    hub.answer("outputs", { code: 813, msg: "APIKEY_TASK_IS_QUEUED", data });
    assert.equal((await ask(hub)).state, "queued");
  }
  assert.equal(hub.asked("status").length, 0);
});

// Success ---------------------------------------------------------------------------------------------------------

Deno.test("a finished task has its outputs and the whole answer", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", finished({ fileUrl: RESULT }));
  assert.deepEqual(await ask(hub), {
    state: "succeeded",
    outputs: [{ url: RESULT, contentType: "image/png" }],
    raw: finished({ fileUrl: RESULT }),
  });
});

Deno.test("the outputs of the wanted node are chosen, a preview that comes first is not", async () => {
  await using hub = fakeRunningHub();
  hub.answer(
    "outputs",
    finished(
      { fileUrl: "https://a.example/preview.png", nodeId: "3" },
      { fileUrl: "https://a.example/1.png", nodeId: "9" },
      { fileUrl: "https://a.example/mask.png", nodeId: "12" },
      { fileUrl: "https://a.example/2.png", nodeId: "9" },
    ),
  );
  assert.deepEqual(addressesOf(await outputsOf(hub)), [
    "https://a.example/1.png",
    "https://a.example/2.png",
  ]);
});

Deno.test("a node's id is the same as a number", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", {
    code: 0,
    data: [{ fileUrl: "https://a.example/preview.png", nodeId: 3 }, { fileUrl: RESULT, nodeId: 9 }],
  });
  assert.deepEqual(addressesOf(await outputsOf(hub)), [RESULT]);
});

Deno.test("all outputs are taken when the wanted node put nothing out", async () => {
  await using hub = fakeRunningHub();
  hub.answer(
    "outputs",
    finished({ fileUrl: "https://a.example/1", nodeId: "3" }, {
      fileUrl: "https://a.example/2",
      nodeId: "4",
    }),
  );
  assert.deepEqual(addressesOf(await outputsOf(hub)), [
    "https://a.example/1",
    "https://a.example/2",
  ]);
});

Deno.test("all outputs are taken when no node is wanted, whether they name theirs or not", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", {
    code: 0,
    data: [{ fileUrl: "https://a.example/1", nodeId: "3" }, { fileUrl: "https://a.example/2" }],
  });
  const outputs = await outputsOf(hub, { toolSettings: { webapp_id: "1", nodes: {} } });
  assert.deepEqual(addressesOf(outputs), ["https://a.example/1", "https://a.example/2"]);
});

Deno.test("an output's link and type are read in either spelling, its type in either case", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", {
    code: 200,
    data: [
      { url: "https://a.example/a", outputType: "mp4", nodeId: "9", taskCostTime: 0 },
      { fileUrl: "https://a.example/b", fileType: "JPG", nodeId: "9", taskCostTime: "83" },
      { fileUrl: "https://a.example/c", fileType: "txt", nodeId: "9" },
      { fileUrl: "https://a.example/d", fileType: null, nodeId: "9" },
    ],
  });
  assert.deepEqual((await outputsOf(hub)).map(({ contentType }) => contentType), [
    "video/mp4",
    "image/jpeg",
    null,
    null,
  ]);
});

Deno.test("entries without a link, and what is no entry, are passed over", async () => {
  await using hub = fakeRunningHub();
  const noEntries = [null, 7, "text", {}, { fileUrl: null }, { fileUrl: "" }, { fileUrl: 7 }];
  hub.answer("outputs", { code: 0, msg: "success", data: [...noEntries, { fileUrl: RESULT, nodeId: null }] });
  assert.deepEqual(addressesOf(await outputsOf(hub)), [RESULT]);
});

Deno.test("what the task cost is kept in coins, once, where its outputs agree on it", async () => {
  await using hub = fakeRunningHub();
  const costWith = async (...coins: unknown[]) => {
    hub.answer("outputs", finished(...coins.map((consumeCoins) => ({ fileUrl: RESULT, consumeCoins }))));
    const outcome = await ask(hub);
    return outcome.state === "succeeded" ? outcome.cost : assert.fail(outcome.state);
  };
  assert.deepEqual(await costWith("17", "17"), { amount: "17", currency: "coins" });
  assert.deepEqual(await costWith(null, 17), { amount: "17", currency: "coins" });
  for (const coins of [[null], [undefined], ["17", "18"], ["many"], [{}]]) {
    assert.equal(await costWith(...coins), undefined);
  }
});

// Code 0 that says nothing ----------------------------------------------------------------------------------------

Deno.test("code 0 without outputs is not success: the status tells", async () => {
  await using hub = fakeRunningHub();
  const states = {
    QUEUED: "queued",
    RUNNING: "running",
    FAILED: "failed",
    SUCCESS: "unknown",
    CREATE: "unknown",
  };
  for (const data of [null, [], {}, [{ fileUrl: null }], "later"]) {
    hub.answer("outputs", { code: 0, msg: "success", data });
    for (const [status, state] of Object.entries(states)) {
      hub.answer("status", { code: 0, msg: "", data: status });
      assert.equal((await ask(hub)).state, state, `${JSON.stringify(data)} and ${status}`);
    }
  }
  assert.deepEqual(hub.asked("status").map(jsonOf)[0], { apiKey: API_KEY, taskId: TASK_ID });
});

Deno.test("success without outputs says so, for it may have some later", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", { code: 0, msg: "success", data: null });
  hub.answer("status", { code: 0, msg: "", data: "SUCCESS" });
  const outcome = await ask(hub);
  assert.match(outcome.state === "unknown" ? outcome.reason : "", /SUCCESS.*without outputs/);
});

// No answer to the question ---------------------------------------------------------------------------------------

Deno.test("a task that RunningHub does not know is unknown, not failed", async () => {
  await using hub = fakeRunningHub();
  for (const code of [423, 807, 1004]) {
    hub.answer("outputs", { code, msg: "NOT_FOUND", data: null });
    const outcome = await ask(hub);
    assert.equal(outcome.state, "unknown");
    assert.match(outcome.state === "unknown" ? outcome.reason : "", new RegExp(`${code} NOT_FOUND`));
  }
});

Deno.test("what asking again would not change is the task's end, told by its outputs or by its status", async () => {
  await using hub = fakeRunningHub();
  const never = [301, 380, 433, 435, 436, 803, 809, 810, 901, 1001, 1007, 1008, 1014, 1101, 1501, 1505];
  const another = [1006, 1013, 1015, 1504]; // the task has failed, another one may not
  const lastWord = async (code: number, retryClass: string) => {
    const outcome = await ask(hub);
    assert.ok(outcome.state === "failed", `${code}: ${outcome.state}`);
    assert.deepEqual(outcome.failure, { retryClass, code: String(code), message: "X", raw: outcome.raw });
  };
  for (const [codes, retryClass] of [[never, "never"], [another, "backoff"]] as const) {
    for (const code of codes) {
      hub.answer("outputs", { code, msg: "X", data: null });
      await lastWord(code, retryClass);
      hub.answer("outputs", { code: 0, msg: "success", data: null });
      hub.answer("status", { code, msg: "X", data: null });
      await lastWord(code, retryClass);
    }
  }
});

Deno.test("any other code fails the question and not the task", async () => {
  await using hub = fakeRunningHub();
  for (
    const [code, retryClass] of [[412, "never"], [1009, "never"], [802, "pause"], [1003, "wait"], [
      1005,
      "backoff",
    ]] as const
  ) {
    hub.answer("outputs", { code, msg: "X", data: null });
    await assert.rejects(
      ask(hub),
      (error) => error instanceof ProviderError && error.failure.retryClass === retryClass,
    );
  }
});

Deno.test("when the status cannot be had either, the question fails", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", { code: 0, msg: "success", data: null });
  hub.answer("status", { code: 1005, msg: "X", data: null });
  await assert.rejects(ask(hub), (error) => error instanceof ProviderError && error.failure.code === "1005");
});
