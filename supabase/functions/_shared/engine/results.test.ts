import assert from "node:assert/strict";
import { databaseError, fakeSupabase } from "./fake_supabase.ts";
import { complete, costNoted, produced, progress } from "./results.ts";
import { messageFor } from "./work_item_fixture.ts";

const project = fakeSupabase();
const message = messageFor("http://127.0.0.1:9");
const { job, attempt } = message.item;
const identity = { p_job_id: job.id, p_token: attempt.token };
const outputs = [{ url: "https://x.example/1.png", contentType: null }];

Deno.test("produced tells where the outputs are, and the task where it is not the attempt's", async () => {
  assert.equal(await produced(message, { outputs, data: null, raw: { code: 0 } }), "produced");
  await produced(message, { outputs, data: { id: "7" }, raw: null, externalId: "task-2" });
  assert.deepEqual(project.callsOf("produced"), [
    { ...identity, p_outputs: outputs, p_data: null, p_raw: { code: 0 } },
    { ...identity, p_outputs: outputs, p_data: { id: "7" }, p_raw: null, p_external_id: "task-2" },
  ]);
});

Deno.test("what a task has cost is told to the last digit, of one that succeeded and of one that did not", async () => {
  const cost = { amount: "0.1234567890123456789", currency: "USD" };
  await produced(message, { outputs, data: null, raw: null, cost });
  const told = project.callsOf("produced").at(-1);
  assert.deepEqual([told?.p_cost, told?.p_cost_currency], [cost.amount, "USD"]);
  await costNoted(message, cost);
  assert.deepEqual(project.callsOf("cost_noted"), [{ ...identity, p_cost: cost.amount, p_currency: "USD" }]);
});

Deno.test("complete tells the result and acknowledges the message", async () => {
  const output = {
    files: [{ bucket: "outputs", path: "a/b/1-0.png", content_type: "image/png", bytes: 16 }],
  };
  const verdict = await complete(message, {
    output,
    outputUrl: "https://x.example/1-0.png",
    raw: { code: 0 },
  });
  assert.equal(verdict, "completed");
  assert.deepEqual(project.callsOf("complete"), [{
    ...identity,
    p_queue: "runninghub_queue",
    p_msg_id: 7,
    p_output: output,
    p_output_url: "https://x.example/1-0.png",
    p_raw: { code: 0 },
  }]);
});

Deno.test("progress says whether the attempt is current", async () => {
  project.answers.progress = false;
  assert.equal(await progress(message, 42), false);
  assert.deepEqual(project.callsOf("progress"), [{ ...identity, p_progress: 42 }]);
});

Deno.test("every call about a result throws when the database does", async () => {
  const calls: Record<string, () => Promise<unknown>> = {
    progress: () => progress(message, 1),
    produced: () => produced(message, { outputs, data: null, raw: null }),
    complete: () => complete(message, { output: { files: [] }, outputUrl: "", raw: null }),
  };
  for (const [name, call] of Object.entries(calls)) {
    project.answers[name] = databaseError();
    await assert.rejects(call, { code: "internal_error" }, name);
  }
});
