import assert from "node:assert/strict";
import { checkpoint, noneFound, submitted } from "./attempts.ts";
import { databaseError, fakeSupabase } from "./fake_supabase.ts";
import { messageFor } from "./work_item_fixture.ts";

const TASK_ID = "1904163390028185602";
const TERMS = { resubmit: "at_least_once", can_stop: true } as const;
const project = fakeSupabase();
const message = messageFor("http://127.0.0.1:9");
const { job, attempt } = message.item;
const identity = { p_job_id: job.id, p_token: attempt.token };
const underLease = { ...identity, p_queue: "runninghub_queue", p_msg_id: 7 };

Deno.test("the checkpoint is told what was done, how the provider takes a repetition and which message to lease", async () => {
  assert.equal(await checkpoint(message, { files: { image: ["api/1.png"] } }, TERMS), true);
  project.answers.checkpoint = false;
  assert.equal(await checkpoint(message, {}, TERMS), false);
  assert.deepEqual(project.callsOf("checkpoint")[0], {
    ...underLease,
    p_checkpoint: { files: { image: ["api/1.png"] } },
    p_terms: TERMS,
  });
});

Deno.test("that nothing was found is told, and how often that counts by now", async () => {
  project.answers.none_found = 2;
  assert.equal(await noneFound(message), 2);
  assert.deepEqual(project.callsOf("none_found"), [identity]);
});

Deno.test("submitted tells the task and acknowledges the message", async () => {
  const answer = { externalId: TASK_ID, raw: { code: 0 }, details: { taskStatus: "RUNNING" } };
  assert.equal(await submitted(message, answer), "processing");
  await submitted(message, { ...answer, checkpoint: { urls: {} } });
  const told = {
    ...underLease,
    p_external_id: TASK_ID,
    p_raw: { code: 0 },
    p_details: { taskStatus: "RUNNING" },
  };
  assert.deepEqual(project.callsOf("submitted"), [told, { ...told, p_checkpoint: { urls: {} } }]);
});

Deno.test("every call about a submit throws when the database does", async () => {
  const calls: Record<string, () => Promise<unknown>> = {
    checkpoint: () => checkpoint(message, {}, TERMS),
    none_found: () => noneFound(message),
    submitted: () => submitted(message, { externalId: TASK_ID, raw: null, details: {} }),
  };
  for (const [name, call] of Object.entries(calls)) {
    project.answers[name] = databaseError();
    await assert.rejects(call, { code: "internal_error" }, name);
  }
});
