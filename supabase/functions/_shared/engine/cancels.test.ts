import assert from "node:assert/strict";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { cancelItem } from "./cancel_item_fixture.ts";
import { cancelNoted, receiveCancels, taskOver } from "./cancels.ts";
import { databaseError, fakeSupabase } from "./fake_supabase.ts";
import { TOKEN } from "./work_item_fixture.ts";

const logs = recordLogs();
const project = fakeSupabase();
const item = cancelItem();

Deno.test("rows are read as the database writes them; one that cannot be read keeps nobody from the others", async () => {
  project.answers.receive_cancels = [{ ...item, cancel: { asked_at: 7 } }, item];
  logs.length = 0;
  assert.deepEqual(await receiveCancels(5), [item]);
  assert.deepEqual(project.callsOf("receive_cancels"), [{ p_qty: 5 }]);
  assert.match(logs.join(), /asked_at/);
});

Deno.test("what was learnt is kept, and what was not is left as it is", async () => {
  await cancelNoted(item, 2);
  await cancelNoted(item, 60, { externalId: "7", isAsked: true, isNone: true, note: { urls: {} } });
  assert.deepEqual(project.callsOf("cancel_noted"), [
    { p_token: TOKEN, p_delay: "2 seconds" },
    {
      p_token: TOKEN,
      p_delay: "60 seconds",
      p_external_id: "7",
      p_asked: true,
      p_none: true,
      p_note: { urls: {} },
    },
  ]);
});

Deno.test("that a task is over is told by its token, and how", async () => {
  project.answers.task_over = false;
  assert.equal(await taskOver(item, "stopped"), false);
  assert.deepEqual(project.callsOf("task_over"), [{ p_token: TOKEN, p_how: "stopped" }]);
});

Deno.test("every call about the outbox throws when the database does", async () => {
  const calls: Record<string, () => Promise<unknown>> = {
    receive_cancels: () => receiveCancels(1),
    cancel_noted: () => cancelNoted(item, 1),
    task_over: () => taskOver(item, "failed"),
  };
  for (const [name, call] of Object.entries(calls)) {
    project.answers[name] = databaseError();
    await assert.rejects(call, { code: "internal_error" }, name);
  }
});
