/** An attempt whose submits may have made several tasks is over when all of them are, and has one result. */
import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { type Differences, messageFor } from "../engine/work_item_fixture.ts";
import { nobodysUrl, recordLogs } from "../runtime/fake_runtime.ts";
import { LOST, OUTCOME, type Script, scriptedProvider, task, TASK_ID } from "./scripted_provider_fixture.ts";
import { settleMessage } from "./settle.ts";

recordLogs();
const project = fakeSupabase();
const OTHER = "2";
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** Settles an attempt that was submitted twice and whose known task failed, as was announced. Returns what was asked. */
async function settleFailure(script: Script, differences: Differences = {}): Promise<string[]> {
  project.calls.length = 0;
  const { provider, asked } = scriptedProvider({
    resubmit: "at_least_once",
    outcomes: [OUTCOME.failed],
    ...script,
  });
  const attempt = { phase: "settling", external_id: TASK_ID, submits: 2, ...differences.attempt } as const;
  await settleMessage(messageFor(nobodysUrl(), { ...differences, attempt }), "failed", provider);
  return asked;
}

Deno.test("another task that succeeded is the attempt's: its result is kept under its id", async () => {
  const asked = await settleFailure({
    found: [[task("failed"), task("succeeded", OTHER)]],
    outcomeOf: { [OTHER]: OUTCOME.succeeded },
  });
  assert.deepEqual(asked, [`fetch ${TASK_ID}`, "find", `fetch ${OTHER}`]);
  assert.deepEqual(project.called(), ["produced", "complete"]);
  assert.equal(project.callsOf("produced")[0]?.p_external_id, OTHER);
});

Deno.test("another task that is alive is waited for", async () => {
  await settleFailure({ found: [[task("failed"), task("alive", OTHER)]] });
  assert.deepEqual(project.called(), ["defer"]);
});

Deno.test("while a submit may be under way, its task is waited for until it cannot be", async () => {
  const attempt = { submit_until: inSeconds(90) };
  await settleFailure({ found: [[task("failed")]] }, { attempt });
  assert.deepEqual(project.called(), ["defer"]);
  assert.ok(parseInt(String(project.callsOf("defer")[0]?.p_delay)) >= 89);
});

Deno.test("all over: the attempt has failed, and SQL is told that nothing of it lives", async () => {
  const attempt = { submit_until: inSeconds(-1) };
  await settleFailure({ found: [[task("failed"), task("stopped", OTHER)]] }, { attempt });
  assert.deepEqual(project.failures(), [["backoff", "boom"]]);
  assert.equal(project.callsOf("attempt_failed")[0]?.p_all_over, true);
});

Deno.test("what cannot be looked for now, or ever, is not over", async () => {
  await settleFailure({ found: [LOST] });
  assert.deepEqual(project.failures(), []);
  assert.equal(project.called().at(-1), "defer");
  await settleFailure({});
  assert.deepEqual(project.called(), ["defer"]);
});

Deno.test("where a repetition makes no second task, or there was none, the others are not looked for", async () => {
  for (
    const [resubmit, submits] of [["idempotent", 2], ["reconcile_only", 1], ["at_least_once", 1]] as const
  ) {
    const asked = await settleFailure({ resubmit, found: [[]] }, { attempt: { submits } });
    assert.deepEqual(asked, [`fetch ${TASK_ID}`], resubmit);
    assert.deepEqual(project.failures(), [["backoff", "boom"]]);
  }
});

Deno.test("a failure that SQL leaves in doubt is asked after again", async () => {
  project.answers.attempt_failed = "in_doubt";
  await settleFailure({ found: [[task("failed")]] });
  assert.deepEqual(project.called(), ["attempt_failed", "defer"]);
});
