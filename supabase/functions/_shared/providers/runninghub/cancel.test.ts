/** What a cancel says of the task: its status does, afterwards (runninghub.md#outcomes). */
import assert from "node:assert/strict";
import { API_KEY, messageFor } from "../../engine/work_item_fixture.ts";
import { jsonOf } from "../../runtime/fake_runtime.ts";
import { ProviderError } from "../provider.ts";
import { fakeRunningHub, TASK_ID } from "./fake_runninghub.ts";
import { runninghub } from "./runninghub.ts";

const OK = { code: 0, msg: "success", data: null };
const cancel = async (url: string) => await runninghub.cancel?.(messageFor(url).item, TASK_ID);

Deno.test("a cancel names the task, and asks how it stands then", async () => {
  await using hub = fakeRunningHub();
  hub.answer("cancel", OK);
  hub.answer("status", { code: 0, msg: "", data: "FAILED" });
  assert.equal(await cancel(hub.url), "stopped");
  const asked = { apiKey: API_KEY, taskId: TASK_ID };
  assert.deepEqual([hub.asked("cancel"), hub.asked("status")].map((requests) => requests.map(jsonOf)), [
    [asked],
    [asked],
  ]);
});

for (
  const [what, cancelled, status, result] of [
    ["it still runs", OK, { code: 0, msg: "", data: "RUNNING" }, "asked"],
    ["it still waits", OK, { code: 0, msg: "", data: "QUEUED" }, "asked"],
    ["its status is not a known one", OK, { code: 0, msg: "", data: null }, "asked"],
    ["it had succeeded", OK, { code: 0, msg: "", data: "SUCCESS" }, "over"],
    ["it is gone", OK, { code: 807, msg: "APIKEY_TASK_NOT_FOUND", data: null }, "stopped"],
    [
      "it had ended",
      { code: 805, msg: "APIKEY_TASK_STATUS_ERROR", data: null },
      { code: 0, data: "SUCCESS" },
      "over",
    ],
    ["it is not known", { code: 807, msg: "APIKEY_TASK_NOT_FOUND", data: null }, OK, "over"],
    ["it is not known, in other words", { code: 423, msg: "TASK_NOT_FOUNED", data: null }, OK, "over"],
  ] as const
) {
  Deno.test(`when ${what}, the cancel is "${result}"`, async () => {
    await using hub = fakeRunningHub();
    hub.answer("cancel", cancelled);
    hub.answer("status", status);
    assert.equal(await cancel(hub.url), result);
  });
}

Deno.test("a cancel that was refused, or of which nobody knows what came of it, is an error", async () => {
  await using hub = fakeRunningHub();
  const down = { code: 1010, msg: "SERVICE_UNAVAILABLE", data: null };
  for (
    const [cancelled, status] of [[down, OK], [OK, down], [new Response("", { status: 502 }), OK]] as const
  ) {
    hub.answer("cancel", cancelled);
    hub.answer("status", status);
    await assert.rejects(cancel(hub.url), ProviderError);
  }
});
