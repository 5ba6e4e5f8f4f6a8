import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { messageFor } from "../engine/work_item_fixture.ts";
import type { Outcome, Provider } from "../providers/provider.ts";
import { TASK_ID } from "../providers/runninghub/fake_runninghub.ts";
import { nobodysUrl, recordLogs } from "../runtime/fake_runtime.ts";
import { settleMessage } from "./settle.ts";

recordLogs();
const project = fakeSupabase();
const message = () => messageFor(nobodysUrl(), { attempt: { phase: "submitted", external_id: TASK_ID } });
const providerThatSays = (outcome: Outcome): Provider => ({
  name: "runninghub",
  resubmit: "reconcile_only",
  prepare: () => assert.fail(),
  parse: () => assert.fail(),
  fetchOutcome: () => Promise.resolve(outcome),
});

Deno.test("what a provider lets know of a running task's progress is shown, and the task asked after again", async () => {
  project.answers.progress = true;
  await settleMessage(message(), undefined, providerThatSays({ state: "running", progress: 42, raw: {} }));
  assert.deepEqual(project.called(), ["progress", "defer"]);
  assert.equal(project.callsOf("progress")[0]?.p_progress, 42);
});

Deno.test("a running task of which no progress is known shows none", async () => {
  await settleMessage(message(), undefined, providerThatSays({ state: "running", raw: {} }));
  assert.deepEqual(project.called(), ["defer"]);
});

Deno.test("a result that is no file completes the job too", async () => {
  const data = { model_url: "788416" };
  await settleMessage(
    message(),
    "succeeded",
    providerThatSays({ state: "succeeded", outputs: [], data, raw: {} }),
  );
  assert.deepEqual(project.called(), ["complete"]);
  const [args] = project.callsOf("complete");
  assert.deepEqual(args?.p_output, { files: [], data });
  assert.ok(!("p_output_url" in (args ?? {})));
});

Deno.test("success with neither files nor data is asked after again", async () => {
  await settleMessage(message(), "succeeded", providerThatSays({ state: "succeeded", outputs: [], raw: {} }));
  assert.deepEqual(project.called(), ["defer"]);
});
