import assert from "node:assert/strict";
import { errorBody } from "../../../../shared/errors/error_body.ts";
import { databaseError, fakeSupabase } from "../engine/fake_supabase.ts";
import { API_KEY, messageFor, TOKEN } from "../engine/work_item_fixture.ts";
import { TASK_ID } from "../providers/runninghub/fake_runninghub.ts";
import { runninghub } from "../providers/runninghub/runninghub.ts";
import { fakeEdgeRuntime, nobodysUrl, recordLogs } from "../runtime/fake_runtime.ts";
import { webhookApp } from "./webhook_app.ts";

const logs = recordLogs();
const edge = fakeEdgeRuntime();
const project = fakeSupabase();
const app = webhookApp(runninghub);
const JOB = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
const HERE = `/runninghub-webhook/${JOB}/${TOKEN}`;
const SUCCEEDED = JSON.stringify({
  event: "TASK_END",
  taskId: TASK_ID,
  eventData: '{"code":0,"msg":"success","data":[]}',
});
const FAILED = JSON.stringify({
  event: "TASK_END",
  taskId: TASK_ID,
  eventData: '{"code":805,"msg":"X","data":null}',
});

/** Delivers a webhook and waits until all that it set off is done. */
async function deliver(body: BodyInit, { path = HERE, method = "POST", headers = {}, through = app } = {}) {
  const response = await through.fetch(
    new Request(`https://abc.supabase.co${path}`, { method, headers, ...method === "GET" ? {} : { body } }),
  );
  const text = await response.text();
  await edge.idle();
  return { status: response.status, text, code: () => errorBody.parse(JSON.parse(text)).error.code };
}
const stored = () => project.callsOf("webhook")[0] ?? {};

// Taking in -------------------------------------------------------------------------------------------------------

Deno.test("a webhook is stored with all that is known of it", async () => {
  project.answers.webhook = { verdict: "late" };
  const headers = {
    "content-type": "application/json",
    "user-agent": "RunningHub/1",
    "authorization": "Bearer something",
    "cookie": "a=b",
    "x-forwarded-for": "203.0.113.7",
  };
  const { status, text } = await deliver(SUCCEEDED, { headers });
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), { received: true, verdict: "late" });
  const { p_dedupe_key, ...rest } = stored();
  assert.match(String(p_dedupe_key), new RegExp(`^${JOB}:.+`));
  assert.deepEqual(rest, {
    p_provider: "runninghub",
    p_job_id: JOB,
    p_token: TOKEN,
    p_external_id: TASK_ID,
    p_verified_by: "token",
    p_headers: { "content-type": "application/json", "user-agent": "RunningHub/1" },
    p_payload: JSON.parse(SUCCEEDED),
    p_word: "succeeded",
    p_details: { event: "TASK_END", taskStatus: "SUCCESS" },
  });
});

// @acceptance 002:563, 004:177-187
Deno.test("a webhook leaves a line with what the provider said and what was made of it", async () => {
  project.answers.webhook = { verdict: "late" };
  logs.length = 0;
  await deliver(SUCCEEDED);
  assert.deepEqual(logs, [
    `[jobs] Job ${JOB}: webhook_received {"verdict":"late","event":"TASK_END","taskStatus":"SUCCESS"}`,
  ]);
});

// @acceptance 001:42
Deno.test("a webhook of a training names the model", async () => {
  const job = { effect: "model", model_id: "7f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d" };
  const message = messageFor(nobodysUrl(), { job, attempt: { external_id: TASK_ID, phase: "submitted" } });
  project.answers.webhook = { verdict: "accepted", lane: "runninghub", message };
  logs.length = 0;
  await deliver(JSON.stringify({ taskId: TASK_ID, status: "RUNNING" }));
  assert.match(
    logs.join("\n"),
    new RegExp(`Job ${JOB}: webhook_received {"verdict":"accepted","modelId":"${job.model_id}"`),
  );
});

Deno.test("only a body that says how the task ended is a final word", async () => {
  project.answers.webhook = { verdict: "duplicate" };
  const running = JSON.stringify({ taskId: TASK_ID, status: "RUNNING" });
  for (
    const [body, word] of [[SUCCEEDED, "succeeded"], [FAILED, "failed"], [running, null], [
      "{}",
      null,
    ]] as const
  ) {
    project.calls.length = 0;
    await deliver(body);
    assert.equal(stored().p_word, word, body);
  }
});

Deno.test("a body that cannot be read is stored as it came", async () => {
  project.answers.webhook = { verdict: "duplicate" };
  for (const body of ["<html>oops", '{"taskId":', ""]) {
    project.calls.length = 0;
    assert.equal((await deliver(body)).status, 200);
    assert.equal(stored().p_payload, body);
    assert.ok(!("p_external_id" in stored()));
  }
});

Deno.test("a task id that comes as a bare number is stored with every digit", async () => {
  project.answers.webhook = { verdict: "duplicate" };
  await deliver(SUCCEEDED.replace(`"${TASK_ID}"`, TASK_ID));
  assert.equal(stored().p_external_id, TASK_ID);
  assert.equal((stored().p_payload as { taskId: string }).taskId, TASK_ID);
});

Deno.test("the same body for two jobs is two events, twice for one job it is one", async () => {
  project.answers.webhook = { verdict: "duplicate" };
  const other = `/runninghub-webhook/0199d2c4-8a6b-7c3d-9e4f-000000000000/${TOKEN}`;
  for (const path of [HERE, HERE, other]) await deliver(SUCCEEDED, { path });
  const [first, again, elsewhere] = project.callsOf("webhook").map(({ p_dedupe_key }) => p_dedupe_key);
  assert.equal(first, again);
  assert.notEqual(first, elsewhere);
});

Deno.test("the token is neither stored with the body nor logged", async () => {
  project.answers.webhook = { verdict: "duplicate" };
  logs.length = 0;
  await deliver(
    JSON.stringify({ taskId: TASK_ID, status: "SUCCESS", webhookUrl: `https://x.example/${TOKEN}` }),
  );
  await deliver(`not JSON, but ${TOKEN}`);
  await deliver(JSON.stringify({ event: `https://x.example/${TOKEN}`, taskId: TASK_ID, status: "SUCCESS" }));
  assert.doesNotMatch(
    JSON.stringify(project.callsOf("webhook").map(({ p_details }) => p_details)),
    new RegExp(TOKEN),
  );
  for (const { p_payload } of project.callsOf("webhook")) {
    assert.match(JSON.stringify(p_payload), /\[redacted\]/);
  }
  for (const line of logs) assert.doesNotMatch(line, new RegExp(`${TOKEN}|${API_KEY}`));
  assert.ok(logs.length > 0);
});

// Postgres has no text with a NUL in it, and no jsonb with half a surrogate pair (22P05, 22P02).
Deno.test("what Postgres cannot store is not sent to it, or the webhook could never be taken in", async () => {
  project.answers.webhook = { verdict: "duplicate" };
  await deliver(
    JSON.stringify({ taskId: TASK_ID, event: "bad \0 byte", status: "FAILED", errorMessage: "cut \ud83d" }),
  );
  await deliver(JSON.stringify({ taskId: "an id with a \0 byte" }));
  await deliver("not JSON, with a \0 byte");
  for (const args of project.callsOf("webhook")) {
    assert.match(JSON.stringify(args), /byte/);
    assert.doesNotMatch(JSON.stringify(args), /\\u0000|\\ud83d/);
  }
});

// Turning away ----------------------------------------------------------------------------------------------------

Deno.test("a token that no attempt has is answered 404 and sets nothing off, and nothing of its body is read", async () => {
  project.answers.webhook_account = null;
  for (const body of [SUCCEEDED, "eyJ-".repeat(1_000_000), new Uint8Array(6 * 1024 * 1024)]) {
    const request = new Request(`https://abc.supabase.co${HERE}`, { method: "POST", body });
    const response = await app.fetch(request);
    assert.deepEqual([response.status, request.bodyUsed], [404, false]);
    assert.equal(errorBody.parse(await response.json()).error.code, "not_found");
  }
  await edge.idle();
  assert.deepEqual(new Set(project.called()), new Set(["webhook_account", "webhook_refused"]));
  assert.deepEqual(project.callsOf("webhook_refused")[0], {
    p_provider: "runninghub",
    p_job_id: JOB,
    p_reason: "wrong_token",
  });
});

Deno.test("what is refused is answered as ever when that cannot be noted", async () => {
  project.answers.webhook_account = null;
  project.answers.webhook_refused = databaseError();
  assert.equal((await deliver(SUCCEEDED)).status, 404);
});

Deno.test("an attempt that is gone when its webhook is to be stored is answered 404", async () => {
  project.answers.webhook = { verdict: "unknown" };
  assert.deepEqual([(await deliver(SUCCEEDED)).status, project.called()], [404, [
    "webhook_account",
    "webhook",
  ]]);
});

Deno.test("an id that no index could hold is none", async () => {
  project.answers.webhook = { verdict: "duplicate" };
  await deliver(JSON.stringify({ taskId: "9".repeat(5000), status: "SUCCESS" }));
  assert.equal(stored().p_external_id, undefined);
  project.calls.length = 0;
  const verify = () => ({ ok: true, verifiedBy: "hmac", deliveryId: "m".repeat(5000) } as const);
  await deliver(SUCCEEDED, { through: webhookApp({ ...runninghub, verify }) });
  assert.ok(String(stored().p_dedupe_key).length < 200);
});

Deno.test("a body that is one number or word is stored", async () => {
  project.answers.webhook = { verdict: "duplicate" };
  for (
    const body of [
      "1e999",
      "-1e999",
      "NaN",
      "null",
      "0",
      '""',
      "[1e999]",
      "9".repeat(400),
      "[".repeat(100_000),
    ]
  ) {
    project.calls.length = 0;
    assert.equal((await deliver(body)).status, 200, body.slice(0, 20));
    assert.notEqual(stored().p_payload, null, body.slice(0, 20));
    assert.doesNotMatch(JSON.stringify(stored().p_payload), /^\[null\]$/);
  }
});

Deno.test("an address that can be no attempt's is answered 404, and the database is not asked", async () => {
  for (
    const path of [`/${JOB}/7`, `/7/${TOKEN}`, `/${JOB}`, "", `/${JOB}/${TOKEN}/more`, `/${JOB}/${TOKEN}%00`]
  ) {
    assert.equal((await deliver(SUCCEEDED, { path: `/runninghub-webhook${path}` })).status, 404, path);
  }
  assert.equal((await deliver("", { method: "GET" })).status, 404);
  assert.deepEqual(project.calls, []);
});

Deno.test("a webhook that could not be stored is answered 5xx, so that it is sent again", async () => {
  for (const answer of [databaseError(), new Response("<html>", { status: 502 }), { verdict: "accepted" }]) {
    project.answers.webhook = answer;
    const { status } = await deliver(SUCCEEDED);
    assert.ok(status >= 500, `${status}`);
  }
  assert.deepEqual(new Set(project.called()), new Set(["webhook_account", "webhook"]));
});

// Signatures ------------------------------------------------------------------------------------------------------

const account = { settings: { user_id: "user_abc" }, webhook_secret: "whsec_test" };

Deno.test("a signature is checked with the secret of the attempt's account, over the body as it came", async () => {
  project.answers.webhook_account = account;
  project.answers.webhook = { verdict: "duplicate" };
  let seen: unknown;
  const through = webhookApp({
    ...runninghub,
    verify: ({ rawBody, headers }, { webhookSecret, settings }) => {
      seen = [rawBody, headers.get("x-signature"), webhookSecret, settings.user_id];
      return { ok: true, verifiedBy: "hmac" };
    },
  });
  assert.equal((await deliver(SUCCEEDED, { through, headers: { "x-signature": "abc" } })).status, 200);
  assert.deepEqual(seen, [SUCCEEDED, "abc", "whsec_test", "user_abc"]);
  assert.deepEqual(project.callsOf("webhook_account"), [{
    p_provider: "runninghub",
    p_job_id: JOB,
    p_token: TOKEN,
  }]);
  assert.equal(stored().p_verified_by, "hmac");
});

Deno.test("an id that the signature covers tells deliveries of one event, whatever their bodies", async () => {
  project.answers.webhook_account = account;
  project.answers.webhook = { verdict: "duplicate" };
  const verify = () => ({ ok: true, verifiedBy: "hmac", deliveryId: "msg_1" } as const);
  const through = webhookApp({ ...runninghub, verify });
  for (const body of [SUCCEEDED, FAILED]) await deliver(body, { through });
  assert.deepEqual(project.callsOf("webhook").map(({ p_dedupe_key }) => p_dedupe_key), [
    `${JOB}:msg_1`,
    `${JOB}:msg_1`,
  ]);
});

Deno.test("a signature that does not match is answered 401, one that cannot be checked 503, and nothing is stored", async () => {
  const codes = [["unauthenticated", 401, "bad_signature"], ["misconfigured", 503, "no_secret"]] as const;
  for (const [code, expected, p_reason] of codes) {
    project.calls.length = 0;
    project.answers.webhook_account = account;
    const through = webhookApp({ ...runninghub, verify: () => ({ ok: false, code, reason: "No." }) });
    const answer = await deliver(SUCCEEDED, { through });
    assert.equal(answer.status, expected);
    assert.equal(answer.code(), code);
    assert.deepEqual(project.called(), ["webhook_account", "webhook_refused"]);
    assert.deepEqual(project.callsOf("webhook_refused"), [{
      p_provider: "runninghub",
      p_job_id: JOB,
      p_reason,
    }]);
  }
});

Deno.test("the signature of a webhook with a wrong token is not looked at", async () => {
  project.answers.webhook_account = null;
  const through = webhookApp({ ...runninghub, verify: () => assert.fail("it was looked at") });
  const answer = await deliver(SUCCEEDED, { through });
  assert.equal(answer.status, 404);
  assert.equal(answer.code(), "not_found");
  assert.deepEqual(project.called(), ["webhook_account", "webhook_refused"]);
});

// Size ------------------------------------------------------------------------------------------------------------

Deno.test("a body of more than five megabytes is answered 413, and is not read to its end", async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1024 * 1024));
    },
  });
  const { status, code } = await deliver(endless);
  assert.equal(status, 413);
  assert.equal(code(), "payload_too_large");
  assert.ok(pulled < 10, `${pulled} megabytes were read`);
  assert.deepEqual(project.called(), ["webhook_account", "webhook_refused"]);
  assert.equal(project.callsOf("webhook_refused")[0]?.p_reason, "too_large");
});

Deno.test("a body of five megabytes is taken", async () => {
  project.answers.webhook = { verdict: "duplicate" };
  const frame = JSON.stringify({ taskId: TASK_ID, status: "SUCCESS", note: "" });
  const body = frame.replace('""', `"${"x".repeat(5 * 1024 * 1024 - frame.length)}"`);
  assert.equal((await deliver(body)).status, 200);
  assert.equal(stored().p_external_id, TASK_ID);
  assert.equal((await deliver(`${body} `)).status, 413);
});
