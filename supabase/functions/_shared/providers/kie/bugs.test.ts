/** Mistakes that others made with KIE (known-bugs.md), through the whole of what a function does. */
import assert from "node:assert/strict";
import { fakeSupabase } from "../../engine/fake_supabase.ts";
import { type Differences, TOKEN } from "../../engine/work_item_fixture.ts";
import { PNG } from "../../files/png_fixture.ts";
import { fakeEdgeRuntime, recordLogs, rudeServer } from "../../runtime/fake_runtime.ts";
import { settleMessage } from "../../work/settle.ts";
import { submitMessage } from "../../work/submit.ts";
import { webhookApp } from "../../work/webhook_app.ts";
import type { Delivery } from "../provider.ts";
import {
  fakeKie,
  imageMessage,
  KIE_CALLBACK,
  KIE_KEY,
  KIE_TASK,
  recordOf,
  succeededWith,
  TAKEN,
} from "./fake_kie.ts";
import { kie } from "./kie.ts";
import { HMAC_KEY, signedDelivery, successCallback } from "./kie_callbacks_fixture.ts";

const logs = recordLogs();
const edge = fakeEdgeRuntime();
const project = fakeSupabase();
const app = webhookApp(kie);
const JOB = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
const SECRETS = new RegExp([TOKEN, KIE_KEY, HMAC_KEY, "eyJh"].join("|"));
const submitted: Differences["attempt"] = { phase: "submitted", external_id: KIE_TASK };
const settle = (url: string, announced?: "succeeded" | "failed") =>
  settleMessage(imageMessage(url, { attempt: submitted }), announced);

/** Signs a callback now, delivers it, and waits until all that it set off is done. */
async function deliver(rawBody: string, taskId = KIE_TASK, alter = (delivery: Delivery) => delivery) {
  const { headers, rawBody: body } = alter(signedDelivery(rawBody, taskId, { receivedAt: Date.now() }));
  const response = await app.fetch(
    new Request(`https://abc.supabase.co/kie-webhook/${JOB}/${TOKEN}`, { method: "POST", headers, body }),
  );
  await edge.idle();
  return response.status;
}

/** What the database answers when a callback is about this job. */
function expectCallback(url: string, webhookSecret: string | null = HMAC_KEY, settings = {}) {
  project.answers.webhook_account = { settings, webhook_secret: webhookSecret };
  project.answers.webhook = {
    verdict: "accepted",
    lane: "kie",
    message: imageMessage(url, { attempt: submitted }),
  };
}

Deno.test("bug 1: a callback that comes before the answer to the submit brings the task's id itself", async () => {
  project.answers = {
    webhook_account: { settings: {}, webhook_secret: HMAC_KEY },
    webhook: { verdict: "duplicate" },
  };
  assert.equal(await deliver(JSON.stringify(successCallback(KIE_TASK))), 200);
  const { p_external_id, p_job_id, p_token, p_verified_by } = project.callsOf("webhook")[0] ?? {};
  assert.deepEqual([p_external_id, p_job_id, p_token, p_verified_by], [KIE_TASK, JOB, TOKEN, "kie-hmac"]);
});

Deno.test("bug 6: a submit without an answer is not repeated, not even when its message comes again", async () => {
  await using rude = rudeServer("hangs up");
  await submitMessage(imageMessage(rude.url));
  assert.equal(project.called().at(-1), "defer");
  await using server = fakeKie();
  server.answer("createTask", TAKEN);
  await submitMessage(imageMessage(server.url, { readCount: 2, attempt: { phase: "submitting" } }));
  assert.equal(server.asked("createTask").length, 0);
  assert.deepEqual(project.failures(), []);
});

Deno.test("bug 7: an id of 19 digits is asked for with every digit", async () => {
  await using server = fakeKie();
  server.answer("createTask", new Response('{"code":200,"data":{"taskId":1904163390028185602}}'));
  await submitMessage(imageMessage(server.url));
  assert.equal(project.callsOf("submitted")[0]?.p_external_id, "1904163390028185602");
});

Deno.test("bug 8: JSON inside JSON that cannot be read loses neither the callback nor the task", async () => {
  await using server = fakeKie();
  expectCallback(server.url);
  server.answer("recordInfo", recordOf({ state: "success", resultJson: '{"resultUrls":[', param: "{" }));
  const callback = successCallback(KIE_TASK);
  const broken = { ...callback, data: { ...callback.data, param: '{"a', resultJson: "{[" } };
  assert.equal(await deliver(JSON.stringify(broken)), 200);
  assert.equal(project.callsOf("webhook").length, 1);
  assert.equal(project.called().at(-1), "defer", "it is asked for again");
});

Deno.test("bug 9: success without results is neither success nor failure", async () => {
  await using server = fakeKie();
  for (const resultJson of ["", '{"resultUrls":[]}', '{"resultObject":{}}']) {
    server.answer("recordInfo", recordOf({ state: "success", resultJson }));
    await settle(server.url, "succeeded");
  }
  assert.deepEqual(project.called(), ["defer", "defer", "defer"]);
});

Deno.test("bug 10: HTTP 200 with an error's code is an error", async () => {
  await using server = fakeKie();
  for (const code of [401, 402, 422]) {
    server.answer("createTask", { code, msg: "No.", data: { taskId: KIE_TASK } });
    await submitMessage(imageMessage(server.url));
  }
  assert.deepEqual(project.failures(), [["pause", "401"], ["pause", "402"], ["never", "422"]]);
});

Deno.test("bug 11: the job is completed with our own copy, not with KIE's address", async () => {
  await using server = fakeKie();
  server.answer("recordInfo", succeededWith(server.serve("1.png", PNG)));
  await settle(server.url, "succeeded");
  const { p_output, p_output_url } = project.callsOf("complete")[0] ?? {};
  assert.equal((p_output as { files: { bucket: string }[] }).files[0]?.bucket, "outputs");
  assert.ok(String(p_output_url).startsWith(project.url));
  assert.equal([...project.files.keys()].length, 1);
});

Deno.test("bug 15: a callback that cannot be checked is not taken in", async () => {
  await using server = fakeKie();
  expectCallback(server.url, null);
  assert.equal(await deliver(JSON.stringify(successCallback(KIE_TASK))), 503);
  expectCallback(server.url, "");
  assert.equal(await deliver(JSON.stringify(successCallback(KIE_TASK))), 503);
  expectCallback(server.url);
  const unsigned = (delivery: Delivery) => ({ ...delivery, headers: new Headers() });
  assert.equal(await deliver(JSON.stringify(successCallback(KIE_TASK)), KIE_TASK, unsigned), 401);
  assert.deepEqual(new Set(project.called()), new Set(["webhook_account", "webhook_refused"]));
});

Deno.test("bug 17: a true signature with another body changes nothing that KIE does not confirm", async () => {
  await using server = fakeKie();
  expectCallback(server.url);
  server.answer("recordInfo", recordOf({ state: "generating" }));
  const forged = {
    code: 200,
    msg: "",
    data: { taskId: KIE_TASK, state: "success", resultJson: '{"resultUrls":["https://evil.example/1.png"]}' },
  };
  assert.equal(await deliver(JSON.stringify(forged)), 200);
  assert.equal(server.asked("recordInfo").length, 1);
  assert.ok(!project.called().includes("complete") && !project.called().includes("attempt_failed"));
  assert.equal(project.files.size, 0);
});

Deno.test("bug 20: a code is compared as a code, wherever its digits or words stand", async () => {
  await using server = fakeKie();
  for (
    const [failCode, failMsg] of [["422", "500 characters are too many"], ["501", "error 455 internally"]]
  ) {
    server.answer("recordInfo", recordOf({ state: "fail", failCode, failMsg }));
    await settle(server.url, "failed");
  }
  assert.deepEqual(project.failures(), [["never", "422"], ["never", "501"]]);
});

Deno.test("bug 21: being turned away for a while uses up no attempt", async () => {
  await using server = fakeKie();
  for (const code of [429, 455]) {
    server.answer("createTask", Response.json({ code, msg: "Later." }, { status: code }));
    await submitMessage(imageMessage(server.url));
  }
  assert.deepEqual(project.failures(), [["wait", "429"], ["wait", "455"]]);
  const waits = project.callsOf("attempt_failed").map(({ p_retry_after }) => parseInt(String(p_retry_after)));
  assert.ok(waits[0] && waits[0] >= 10_000 && waits[1] && waits[1] >= 120_000, String(waits));
});

Deno.test("bug 23: the callback's address, echoed in param, is neither stored nor logged with its token", async () => {
  logs.length = 0;
  await using server = fakeKie();
  const echoing = { ...TAKEN, data: { ...TAKEN.data, callBackUrl: KIE_CALLBACK } };
  server.answer("createTask", echoing);
  await submitMessage(imageMessage(server.url));
  expectCallback(server.url);
  const callback = successCallback(KIE_TASK);
  assert.match(callback.data.param, new RegExp(TOKEN));
  for (
    const answer of [
      succeededWith(server.serve("1.png", PNG)),
      recordOf({ state: "fail", failMsg: KIE_CALLBACK }),
    ]
  ) {
    server.answer("recordInfo", answer);
    await deliver(JSON.stringify({ ...callback, msg: KIE_CALLBACK }));
    await deliver(`not JSON ${JSON.stringify(callback)}`, "");
    await settle(server.url, "failed");
  }
  // The token is told to the database as what it is, and with nothing else.
  const stored = project.calls.map(({ args }) => ({ ...args, p_token: null }));
  assert.match(JSON.stringify(stored), /kie-webhook\/job\/\[redacted\]/);
  for (const args of stored) {
    const { message: _, ...rest } = args as { message?: unknown };
    assert.doesNotMatch(JSON.stringify(rest), SECRETS);
  }
  for (const line of logs) assert.doesNotMatch(line, SECRETS);
  assert.ok(logs.length > 3);
  assert.ok(project.called().includes("complete") && project.called().includes("attempt_failed"));
});
