import assert from "node:assert/strict";
import { databaseError, fakeSupabase } from "./fake_supabase.ts";
import { type ReceivedWebhook, webhook } from "./webhooks.ts";
import { messageFor } from "./work_item_fixture.ts";

const TASK_ID = "1904163390028185602";
const project = fakeSupabase();
const message = messageFor("http://127.0.0.1:9");
const { job, attempt } = message.item;
const identity = { p_job_id: job.id, p_token: attempt.token };

const event: ReceivedWebhook = {
  provider: "runninghub",
  dedupeKey: "key",
  jobId: job.id,
  token: attempt.token,
  externalId: TASK_ID,
  verifiedBy: "token",
  headers: { "content-type": "application/json" },
  payload: { event: "TASK_END" },
  word: "succeeded",
  details: { event: "TASK_END" },
};

Deno.test("a webhook is handed over as it came; an unknown task id is left out, no word is said", async () => {
  project.answers.webhook = { verdict: "duplicate" };
  await webhook(event);
  await webhook({ ...event, externalId: null, word: null });
  const [first, second] = project.callsOf("webhook");
  assert.deepEqual(first, {
    p_provider: "runninghub",
    p_dedupe_key: "key",
    ...identity,
    p_external_id: TASK_ID,
    p_verified_by: "token",
    p_headers: { "content-type": "application/json" },
    p_payload: { event: "TASK_END" },
    p_word: "succeeded",
    p_details: { event: "TASK_END" },
  });
  assert.ok(second && !("p_external_id" in second));
  assert.equal(second.p_word, null);
});

Deno.test("each verdict on a webhook is understood, with its message where there is one", async () => {
  for (const verdict of ["unknown", "duplicate", "late", "too_many"]) {
    project.answers.webhook = { verdict };
    assert.deepEqual(await webhook(event), { verdict });
  }
  for (const verdict of ["accepted", "stale_attempt", "other_task"]) {
    const answer = { verdict, lane: "runninghub", message };
    project.answers.webhook = { ...answer, waits: false };
    assert.deepEqual(await webhook(event), { ...answer, waits: false });
    project.answers.webhook = answer; // of a database that is not as new as the functions
    assert.deepEqual(await webhook(event), { ...answer, waits: true });
  }
  for (const answer of [{ verdict: "accepted" }, { verdict: "perhaps" }, null]) {
    project.answers.webhook = answer;
    await assert.rejects(webhook(event), { name: "ZodError" }, JSON.stringify(answer));
  }
});

Deno.test("storing a webhook throws when the database does", async () => {
  project.answers.webhook = databaseError();
  await assert.rejects(webhook(event), { code: "internal_error" });
});
