import assert from "node:assert/strict";
import { attemptFailed, checkpoint, complete, submitted } from "./attempts.ts";
import { databaseError, fakeSupabase } from "./fake_supabase.ts";
import { messageFor } from "./work_item_fixture.ts";

const TASK_ID = "1904163390028185602";
const project = fakeSupabase();
const message = messageFor("http://127.0.0.1:9");
const { job, attempt } = message.item;
const identity = { p_job_id: job.id, p_token: attempt.token };
const acknowledged = { ...identity, p_queue: "runninghub_queue", p_msg_id: 7 };

Deno.test("a checkpoint says whether the attempt is current", async () => {
  assert.equal(await checkpoint(message, { files: { image: "api/1.png" } }), true);
  project.answers.checkpoint = false;
  assert.equal(await checkpoint(message, {}), false);
  assert.deepEqual(project.callsOf("checkpoint")[0], {
    ...identity,
    p_checkpoint: { files: { image: "api/1.png" } },
  });
});

Deno.test("submitted tells the task and acknowledges the message", async () => {
  const status = await submitted(message, {
    externalId: TASK_ID,
    raw: { code: 0 },
    details: { taskStatus: "RUNNING" },
  });
  assert.equal(status, "processing");
  assert.deepEqual(project.callsOf("submitted"), [{
    ...acknowledged,
    p_external_id: TASK_ID,
    p_raw: { code: 0 },
    p_details: { taskStatus: "RUNNING" },
  }]);
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
    ...acknowledged,
    p_output: output,
    p_output_url: "https://x.example/1-0.png",
    p_raw: { code: 0 },
  }]);
});

Deno.test("a failure is told with its class, code and words; what the provider did not say is left to SQL", async () => {
  await attemptFailed(message, { retryClass: "never", code: "433", message: "bad node" });
  await attemptFailed(message, {
    retryClass: "wait",
    code: "421",
    message: "busy",
    raw: { code: 421 },
    retryAfterMs: 1500,
  });
  const told = { ...acknowledged, p_retry_class: "never", p_error_code: "433", p_error_message: "bad node" };
  assert.deepEqual(project.callsOf("attempt_failed"), [
    told,
    {
      ...acknowledged,
      p_retry_class: "wait",
      p_error_code: "421",
      p_error_message: "busy",
      p_raw: { code: 421 },
      p_retry_after: "1500 milliseconds",
    },
  ]);
});

Deno.test("every call about an attempt throws when the database does", async () => {
  const calls: Record<string, () => Promise<unknown>> = {
    checkpoint: () => checkpoint(message, {}),
    submitted: () => submitted(message, { externalId: TASK_ID, raw: null, details: {} }),
    complete: () => complete(message, { output: { files: [] }, outputUrl: "", raw: null }),
    attempt_failed: () => attemptFailed(message, { retryClass: "never", code: "1", message: "x" }),
  };
  for (const [name, call] of Object.entries(calls)) {
    project.answers[name] = databaseError();
    await assert.rejects(call, { code: "internal_error" }, name);
  }
});
