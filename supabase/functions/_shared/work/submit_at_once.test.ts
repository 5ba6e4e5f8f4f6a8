/** A provider that does its work within the submit answers with the end: delivery `sync`. */
import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { type Differences, messageFor } from "../engine/work_item_fixture.ts";
import { PNG } from "../files/png_fixture.ts";
import { fakeRunningHub, WITHOUT_FILES } from "../providers/runninghub/fake_runninghub.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { OUTCOME, type Script, scriptedProvider } from "./scripted_provider_fixture.ts";
import { submitMessage } from "./submit.ts";

recordLogs();
const project = fakeSupabase();

async function submit(script: Script, differences: Differences = {}): Promise<string[]> {
  project.calls.length = 0;
  const { provider, asked } = scriptedProvider(script);
  await submitMessage(messageFor("", { toolSettings: WITHOUT_FILES, ...differences }), provider);
  return asked;
}

Deno.test("a result completes the job, and the submit's message is done with", async () => {
  assert.deepEqual(await submit({ submits: [OUTCOME.succeeded] }), ["submit"]);
  assert.deepEqual(project.called(), ["checkpoint", "produced", "complete"]);
  const [complete] = project.callsOf("complete");
  assert.deepEqual([complete?.p_queue, complete?.p_msg_id], ["runninghub_queue", 7]);
  assert.deepEqual(complete?.p_output, { files: [], data: { url: "done" } });
});

Deno.test("a result that is a file is fetched and kept", async () => {
  await using hub = fakeRunningHub();
  const outputs = [{ url: hub.serve("1.png", PNG), contentType: "image/png" }];
  await submit({ submits: [{ state: "succeeded", outputs, raw: {} }] });
  const output = project.callsOf("complete")[0]?.p_output as { files: { bytes: number }[] };
  assert.deepEqual(output.files.map(({ bytes }) => bytes), [PNG.length]);
});

Deno.test("a failure ends the attempt with the provider's class, code and words", async () => {
  await submit({ submits: [OUTCOME.failed] });
  assert.deepEqual(project.called(), ["checkpoint", "attempt_failed"]);
  assert.deepEqual(project.failures(), [["backoff", "boom"]]);
  assert.deepEqual(project.callsOf("attempt_failed")[0]?.p_raw, { status: "failed" });
});

Deno.test("a failure that is not of the only submit is left in doubt", async () => {
  project.answers.attempt_failed = "in_doubt";
  await submit({ resubmit: "idempotent", submits: [OUTCOME.failed] }, {
    attempt: { phase: "submitting", submits: 1 },
  });
  assert.deepEqual(project.called(), ["checkpoint", "attempt_failed", "defer"]);
});

Deno.test("what an earlier worker was told is copied, not bought again", async () => {
  const attempt = { phase: "produced" as const, outputs: [], data: { url: "done" }, submits: 1 };
  assert.deepEqual(await submit({}, { attempt, readCount: 2 }), []);
  assert.deepEqual(project.called(), ["complete"]);
});
