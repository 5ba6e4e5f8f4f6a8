/** Settling an attempt whose task is not known: it is looked for where that can be done, and never bought again. */
import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { type Differences, messageFor } from "../engine/work_item_fixture.ts";
import { nobodysUrl, recordLogs } from "../runtime/fake_runtime.ts";
import { LOST, OUTCOME, type Script, scriptedProvider, task, TASK_ID } from "./scripted_provider_fixture.ts";
import { settleMessage } from "./settle.ts";

recordLogs();
const project = fakeSupabase();

async function settle(script: Script, differences: Differences = {}): Promise<string[]> {
  project.calls.length = 0;
  const { provider, asked } = scriptedProvider(script);
  const attempt = { phase: "settling", external_id: null, submits: 1, ...differences.attempt } as const;
  await settleMessage(messageFor(nobodysUrl(), { ...differences, attempt }), "succeeded", provider);
  return asked;
}

Deno.test("a task that is found is told, and settled at once", async () => {
  const found = { ...task("succeeded"), checkpoint: { urls: { get: "x" } } };
  const asked = await settle({ found: [[task("failed", "0"), found]], outcomes: [OUTCOME.succeeded] });
  assert.deepEqual(asked, ["find", `fetch ${TASK_ID}`]);
  assert.deepEqual(project.called(), ["submitted", "produced", "complete"]);
  assert.deepEqual(project.callsOf("submitted")[0]?.p_checkpoint, { urls: { get: "x" } });
});

Deno.test("one that is not found, or cannot be looked for, is waited for", async () => {
  for (const script of [{ found: [[]] }, { found: [LOST] }, {}] satisfies Script[]) {
    await settle(script);
    assert.equal(project.called().at(-1), "defer");
    assert.ok(!project.called().includes("submitted"));
  }
});

Deno.test("past the deadline SQL decides what became of it", async () => {
  const job = { deadline_at: new Date(Date.now() - 1000).toISOString() };
  await settle({ found: [[]] }, { job });
  assert.deepEqual(project.called(), ["deadline_passed"]);
});
