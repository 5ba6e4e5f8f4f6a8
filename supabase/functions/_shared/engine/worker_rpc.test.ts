import assert from "node:assert/strict";
import * as engine from "./worker_rpc.ts";
import { messageFor, TASK_ID } from "../providers/runninghub/fake_runninghub.ts";
import { databaseError, fakeSupabase } from "./fake_supabase.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";

const logs = recordLogs();
const project = fakeSupabase();
const message = messageFor("http://127.0.0.1:9");
const { job, attempt } = message.item;
const identity = { p_job_id: job.id, p_token: attempt.token };
const acknowledged = { ...identity, p_queue: "runninghub_queue", p_msg_id: 7 };

Deno.test("messages are read as the database writes them", async () => {
  project.answers.receive = [message];
  project.answers.receive_settlements = [message, { ...message, msg_id: 8, read_count: 3 }];
  assert.deepEqual(await engine.receive("runninghub", 5), [message]);
  assert.equal((await engine.receiveSettlements(5)).length, 2);
  assert.deepEqual(project.callsOf("receive"), [{ p_lane: "runninghub", p_qty: 5 }]);
  assert.deepEqual(project.callsOf("receive_settlements"), [{ p_qty: 5 }]);
});

Deno.test("a message that is not what was agreed is logged, and keeps nobody from the others", async () => {
  const broken = {
    ...message,
    msg_id: 6,
    item: { ...message.item, attempt: { ...attempt, phase: "dreaming" } },
  };
  for (const name of ["receive", "receive_settlements"]) {
    logs.length = 0;
    project.answers[name] = [broken, message];
    const received = name === "receive"
      ? await engine.receive("runninghub", 5)
      : await engine.receiveSettlements(5);
    assert.deepEqual(received, [message]);
    assert.match(logs.join(), /phase.*"msg_id":6/s);
  }
});

Deno.test("a checkpoint says whether the attempt is current", async () => {
  assert.equal(await engine.checkpoint(message, { files: { image: "api/1.png" } }), true);
  project.answers.checkpoint = false;
  assert.equal(await engine.checkpoint(message, {}), false);
  assert.deepEqual(project.callsOf("checkpoint")[0], {
    ...identity,
    p_checkpoint: { files: { image: "api/1.png" } },
  });
});

Deno.test("submitted tells the task and acknowledges the message", async () => {
  const status = await engine.submitted(message, {
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
  const verdict = await engine.complete(message, {
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
  await engine.attemptFailed(message, { retryClass: "never", code: "433", message: "bad node" });
  await engine.attemptFailed(message, {
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

Deno.test("a message is deferred by seconds, with a note for whoever reads it next", async () => {
  await engine.defer(message, 20, { failure_seen: true });
  assert.deepEqual(project.callsOf("defer"), [{
    p_queue: "runninghub_queue",
    p_msg_id: 7,
    p_delay: "20 seconds",
    p_job_id: message.item.job.id,
    p_token: message.item.attempt.token,
    p_note: { failure_seen: true },
  }]);
});

const event: engine.ReceivedWebhook = {
  provider: "runninghub",
  dedupeKey: "key",
  jobId: job.id,
  token: attempt.token,
  externalId: TASK_ID,
  verifiedBy: "token",
  headers: { "content-type": "application/json" },
  payload: { event: "TASK_END" },
  isFinal: true,
  details: { event: "TASK_END" },
};

Deno.test("a webhook is handed over as it came; an unknown task id is left out", async () => {
  project.answers.webhook = { verdict: "duplicate" };
  await engine.webhook(event);
  await engine.webhook({ ...event, externalId: null });
  const [first, second] = project.callsOf("webhook");
  assert.deepEqual(first, {
    p_provider: "runninghub",
    p_dedupe_key: "key",
    ...identity,
    p_external_id: TASK_ID,
    p_verified_by: "token",
    p_headers: { "content-type": "application/json" },
    p_payload: { event: "TASK_END" },
    p_is_final: true,
    p_details: { event: "TASK_END" },
  });
  assert.ok(second && !("p_external_id" in second));
});

Deno.test("each verdict on a webhook is understood, with its message where there is one", async () => {
  for (const verdict of ["unknown", "duplicate", "late"]) {
    project.answers.webhook = { verdict };
    assert.deepEqual(await engine.webhook(event), { verdict });
  }
  for (const verdict of ["accepted", "stale_attempt"]) {
    project.answers.webhook = { verdict, lane: "runninghub", message };
    assert.deepEqual(await engine.webhook(event), { verdict, lane: "runninghub", message });
  }
  for (const answer of [{ verdict: "accepted" }, { verdict: "perhaps" }, null]) {
    project.answers.webhook = answer;
    await assert.rejects(engine.webhook(event), { name: "ZodError" }, JSON.stringify(answer));
  }
});

Deno.test("every function of the engine throws when the database does", async () => {
  const calls: Record<string, () => Promise<unknown>> = {
    lanes: () => engine.lanes(),
    receive: () => engine.receive("runninghub", 1),
    receive_settlements: () => engine.receiveSettlements(1),
    checkpoint: () => engine.checkpoint(message, {}),
    submitted: () => engine.submitted(message, { externalId: TASK_ID, raw: null, details: {} }),
    complete: () => engine.complete(message, { output: { files: [] }, outputUrl: "", raw: null }),
    attempt_failed: () => engine.attemptFailed(message, { retryClass: "never", code: "1", message: "x" }),
    defer: () => engine.defer(message, 1),
    webhook: () => engine.webhook(event),
  };
  for (const [name, call] of Object.entries(calls)) {
    project.answers[name] = databaseError();
    await assert.rejects(call, { code: "internal_error" }, name);
  }
});
