/** What settle makes of each outcome that a provider can tell. */
import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { type Differences, messageFor } from "../engine/work_item_fixture.ts";
import type { Outcome, Provider } from "../providers/provider.ts";
import { nobodysUrl, recordLogs } from "../runtime/fake_runtime.ts";
import { OUTCOME, scriptedProvider, TASK_ID } from "./scripted_provider_fixture.ts";
import { settleAnswered, settleMessage } from "./settle.ts";

recordLogs();
const project = fakeSupabase();
const message = (differences: Differences = {}) =>
  messageFor(nobodysUrl(), {
    ...differences,
    attempt: { phase: "submitted", external_id: TASK_ID, submits: 1, ...differences.attempt },
  });
const providerThatSays = (outcome: Outcome): Provider => scriptedProvider({ outcomes: [outcome] }).provider;

Deno.test("what a provider lets know of a running task's progress is shown, and the task asked after again", async () => {
  project.answers.progress = true;
  await settleMessage(message(), undefined, providerThatSays({ state: "running", progress: 42, raw: {} }));
  assert.deepEqual(project.called(), ["progress", "defer"]);
  assert.equal(project.callsOf("progress")[0]?.p_progress, 42);
});

Deno.test("a task whose own time is up ends its job as at the deadline, and is not bought again", async () => {
  await settleMessage(message(), undefined, providerThatSays({ state: "overdue", reason: "late", raw: {} }));
  assert.deepEqual(project.called(), ["deadline_passed"]);
  const [{ p_is_early, p_message } = {}] = project.callsOf("deadline_passed");
  assert.deepEqual([p_is_early, p_message], [true, "late"]);

  project.answers.deadline_passed = "not_yet";
  await settleMessage(message(), undefined, providerThatSays({ state: "overdue", reason: "late", raw: {} }));
  assert.deepEqual(project.called(), ["deadline_passed", "deadline_passed", "defer"]);
});

Deno.test("a running task of which no progress is known shows none", async () => {
  await settleMessage(message(), undefined, providerThatSays(OUTCOME.running));
  assert.deepEqual(project.called(), ["defer"]);
});

Deno.test("a result that is no file completes the job too", async () => {
  await settleMessage(message(), "succeeded", providerThatSays(OUTCOME.succeeded));
  assert.deepEqual(project.called(), ["produced", "complete"]);
  const [args] = project.callsOf("complete");
  assert.deepEqual(args?.p_output, { files: [], data: { url: "done" } });
  assert.ok(!("p_output_url" in (args ?? {})));
});

Deno.test("success with neither files nor data is asked after again", async () => {
  await settleMessage(message(), "succeeded", providerThatSays({ state: "succeeded", outputs: [], raw: {} }));
  assert.equal(project.called().at(-1), "defer");
  assert.ok(!project.called().includes("complete"));
});

Deno.test("a failure is believed when a webhook announced it, now or before, or when it was seen before", async () => {
  const provider = providerThatSays(OUTCOME.failed);
  await settleMessage(message(), "failed", provider);
  await settleMessage(message({ attempt: { word: "failed" } }), undefined, provider);
  await settleMessage(message({ attempt: { checkpoint: { failure_seen: true } } }), undefined, provider);
  assert.deepEqual(project.failures(), Array(3).fill(["backoff", "boom"]));
  assert.ok(!("p_all_over" in (project.callsOf("attempt_failed")[0] ?? {})), "there is but one task");
  project.calls.length = 0;
  await settleMessage(message({ attempt: { word: "succeeded" } }), undefined, provider);
  assert.deepEqual(project.called(), ["defer"], "a word of success is no announcement of a failure");
});

Deno.test("what is produced is copied, and the provider is not asked", async () => {
  const { provider, asked } = scriptedProvider({});
  const attempt = { phase: "produced" as const, outputs: [], data: { model_url: "788416" } };
  await settleMessage(message({ attempt }), undefined, provider);
  assert.deepEqual(asked, []);
  assert.deepEqual(project.called(), ["complete"]);
  assert.deepEqual(project.callsOf("complete")[0]?.p_output, { files: [], data: { model_url: "788416" } });
});

Deno.test("a task that was asked after with others is settled by that answer", async () => {
  const { provider, asked } = scriptedProvider({});
  await settleAnswered(message(), OUTCOME.succeeded, provider);
  assert.deepEqual([asked, project.called()], [[], ["produced", "complete"]]);
});

Deno.test("a database that fails at any of its writes leaves the message for later", async () => {
  const provider = providerThatSays(OUTCOME.succeeded);
  for (const write of ["produced", "complete"]) {
    project.answers = { [write]: Response.json({ code: "40P01", message: "deadlock" }, { status: 500 }) };
    await assert.rejects(settleMessage(message(), undefined, provider), { code: "internal_error" }, write);
  }
  assert.equal(project.callsOf("defer").length, 0);
});

Deno.test("a task that a webhook told of and its provider does not know is asked about by its other name", async () => {
  const told = () => message({ attempt: { phase: "settling", word: "succeeded" } });
  const unknown: Outcome = { state: "unknown", reason: "no such task", raw: {} };
  const { provider, asked } = scriptedProvider({ outcomes: [unknown, OUTCOME.succeeded] });
  project.answers.other_task = "its-own";
  await settleMessage(told(), undefined, provider);
  assert.deepEqual(project.called(), ["other_task", "produced", "complete"]);
  assert.equal(project.callsOf("other_task")[0]?.p_external_id, TASK_ID);
  assert.equal(asked.length, 2);

  project.reset();
  project.answers.other_task = "its-own";
  const failed = scriptedProvider({ outcomes: [unknown, OUTCOME.succeeded] });
  await settleMessage(message({ attempt: { word: "failed" } }), undefined, failed.provider);
  assert.deepEqual(
    project.called(),
    ["other_task", "produced", "complete"],
    "a stranger's failure tells nothing",
  );

  project.answers.other_task = null;
  await settleMessage(told(), undefined, providerThatSays(unknown));
  assert.equal(project.called().at(-1), "defer", "where there is none it is asked about again");
  await settleMessage(message(), undefined, providerThatSays(unknown));
  assert.equal(project.callsOf("other_task").length, 2, "as is one of whose success nobody told");
});
