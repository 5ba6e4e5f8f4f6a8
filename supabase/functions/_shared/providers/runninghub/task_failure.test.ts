/** Why a task of RunningHub failed, and whether the same task might do better (runninghub.md#outcomes and #codes). */
import assert from "node:assert/strict";
import { messageFor } from "../../engine/work_item_fixture.ts";
import type { Outcome } from "../provider.ts";
import { failedTask, type FakeRunningHub, fakeRunningHub, TASK_ID } from "./fake_runninghub.ts";
import { runninghub } from "./runninghub.ts";

/** The failure of a task that has failed. */
async function failureOf(hub: FakeRunningHub) {
  const outcome = await runninghub.fetchOutcome(messageFor(hub.url).item, TASK_ID);
  assert.equal(outcome.state, "failed");
  return (outcome as Extract<Outcome, { state: "failed" }>).failure;
}

Deno.test("a failed task tells what its node raised, and is not tried again", async () => {
  await using hub = fakeRunningHub();
  const reason = {
    exception_type: "TypeError",
    exception_message: " bad shape\n",
    node_name: "KSampler",
    node_id: "276",
  };
  hub.answer("outputs", failedTask(reason));
  assert.deepEqual(await failureOf(hub), {
    retryClass: "never",
    code: "805",
    message: "bad shape",
    raw: failedTask(reason),
  });
});

Deno.test("a failed task without a reason has the code's name for one, and is not tried again", async () => {
  await using hub = fakeRunningHub();
  for (const answer of [failedTask(null), failedTask({}), failedTask({ exception_message: " " })]) {
    hub.answer("outputs", answer);
    const { message, retryClass } = await failureOf(hub);
    assert.deepEqual([message, retryClass], ["APIKEY_TASK_STATUS_ERROR", "never"]);
  }
  hub.answer("outputs", { code: 805, msg: null, data: "broken" });
  assert.equal((await failureOf(hub)).message, "The task failed");
});

for (
  const reason of [
    { exception_type: "OSError", exception_message: "[Errno 116] Stale file handle", node_name: "KSampler" },
    { exception_type: "RuntimeError", exception_message: "errno 116 on /data", node_name: "SaveImage" },
    { exception_type: "OSError", exception_message: "cannot identify image file", node_name: "LoadImage" },
    {
      exception_type: "FileNotFoundError",
      exception_message: "no such file: api/1.mp4",
      node_name: "VHS_LoadVideo",
    },
    {
      exception_type: "RuntimeError",
      exception_message: "FileNotFoundError in a thread",
      node_name: "LoadImageMask",
    },
    {
      exception_type: "ConnectionError",
      exception_message: "Connection reset by peer",
      node_name: "SaveVideo",
    },
  ]
) {
  Deno.test(`${reason.exception_type} of ${reason.node_name}, "${reason.exception_message}", is the machine's fault and tried again`, async () => {
    await using hub = fakeRunningHub();
    hub.answer("outputs", failedTask(reason));
    const { retryClass, code } = await failureOf(hub);
    assert.deepEqual([retryClass, code], ["backoff", "805"]);
  });
}

for (
  const reason of [
    { exception_type: "OSError", exception_message: "cannot identify image file", node_name: "KSampler" },
    {
      exception_type: "FileNotFoundError",
      exception_message: "model.safetensors",
      node_name: "CheckpointLoader",
    },
    { exception_type: "ValueError", exception_message: "wrong size", node_name: "LoadImage" },
    { exception_type: "OutOfMemoryError", exception_message: "CUDA out of memory", node_name: "KSampler" },
  ]
) {
  Deno.test(`${reason.exception_type} of ${reason.node_name}, "${reason.exception_message}", would come again and is final`, async () => {
    await using hub = fakeRunningHub();
    hub.answer("outputs", failedTask(reason));
    assert.equal((await failureOf(hub)).retryClass, "never");
  });
}

Deno.test("a failure of which only the status tells is not described as a success", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", { code: 0, msg: "success", data: null });
  hub.answer("status", { code: 0, msg: "", data: "FAILED" });
  const { code, message } = await failureOf(hub);
  assert.equal(code, "805");
  assert.doesNotMatch(message, /success/i);
});
