import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { messageFor } from "../engine/work_item_fixture.ts";
import { fakeRunningHub, TASK_ID } from "../providers/runninghub/fake_runninghub.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { settleMessage } from "./settle.ts";

recordLogs();
const project = fakeSupabase();

/** Works on the message that a cancelled job leaves behind. */
async function cancel(
  url: string,
  { externalId = TASK_ID as string | null, readCount = 1 } = {},
): Promise<void> {
  project.reset();
  const message = messageFor(url, { attempt: { phase: "finished", external_id: externalId }, readCount });
  message.item.kind = "cancel";
  await settleMessage(message);
}

Deno.test("the task of a cancelled job is stopped at the provider", async () => {
  await using hub = fakeRunningHub();
  hub.answer("cancel", { code: 0, msg: "success", data: null });
  await cancel(hub.url);
  assert.deepEqual(hub.requests.map(({ path }) => path), ["/task/openapi/cancel", "/task/openapi/status"]);
  assert.deepEqual(project.called(), ["acknowledge"]);
});

Deno.test("a cancelled job that never reached the provider needs no call", async () => {
  await using hub = fakeRunningHub();
  await cancel(hub.url, { externalId: null });
  assert.deepEqual(hub.requests, []);
  assert.deepEqual(project.called(), ["acknowledge"]);
});

Deno.test("a task that the provider does not know any more is let be", async () => {
  await using hub = fakeRunningHub();
  hub.answer("cancel", { code: 807, msg: "APIKEY_TASK_NOT_FOUND", data: null });
  await cancel(hub.url);
  assert.deepEqual(project.called(), ["acknowledge"]);
});

Deno.test("a provider that cannot be asked just now is asked again, three times in all", async () => {
  await using hub = fakeRunningHub();
  hub.answer("cancel", { code: 1010, msg: "SERVICE_UNAVAILABLE", data: null });
  await cancel(hub.url, { readCount: 2 });
  assert.deepEqual(project.called(), [], "the message keeps its lease and comes back");
  await cancel(hub.url, { readCount: 3 });
  assert.deepEqual(project.called(), ["acknowledge"]);
});
