/** What a webhook sets off: settling, after the answer, by what RunningHub itself says. */
import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { messageFor, TOKEN } from "../engine/work_item_fixture.ts";
import { PNG } from "../files/png_fixture.ts";
import {
  failedTask,
  fakeRunningHub,
  finished,
  obligingRunningHub,
  STILL_RUNNING,
  TASK_ID,
  WITHOUT_FILES,
} from "../providers/runninghub/fake_runninghub.ts";
import { runninghub } from "../providers/runninghub/runninghub.ts";
import { fakeEdgeRuntime, recordLogs } from "../runtime/fake_runtime.ts";
import { webhookApp } from "./webhook_app.ts";

recordLogs();
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

/** Delivers a webhook. What it sets off goes on. */
function post(body: string): Promise<Response> {
  return Promise.resolve(app.fetch(new Request(`https://abc.supabase.co${HERE}`, { method: "POST", body })));
}
/** Delivers a webhook and waits until all that it set off is done. */
async function deliver(body: string): Promise<number> {
  const response = await post(body);
  await response.body?.cancel();
  await edge.idle();
  return response.status;
}
/** The engine takes every webhook in, for a task on the RunningHub at `url`. */
function takeIn(url: string, verdict = "accepted") {
  const message = messageFor(url, { attempt: { phase: "settling", external_id: TASK_ID } });
  project.answers.webhook = { verdict, lane: "runninghub", message: { ...message, queue: "settle_queue" } };
}

Deno.test("the answer does not wait for RunningHub; the job is settled and its lane drained after it", async () => {
  await using hub = fakeRunningHub();
  takeIn(hub.url);
  const { promise: answered, resolve } = Promise.withResolvers<void>();
  const address = hub.serve("1.png", PNG);
  hub.answer("outputs", async () => {
    await answered;
    return Response.json(finished({ fileUrl: address }));
  });
  const response = await post(SUCCEEDED);
  assert.deepEqual(await response.json(), { received: true, verdict: "accepted" });
  assert.equal(project.callsOf("complete").length, 0);
  resolve();
  await edge.idle();
  assert.deepEqual(project.callsOf("complete").map(({ p_queue }) => p_queue), ["settle_queue"]);
  assert.deepEqual(project.callsOf("receive").map(({ p_lane }) => p_lane), Array(2).fill("runninghub"));
});

Deno.test("what settling starts is submitted though the drain that began with it has ended", async () => {
  await using hub = obligingRunningHub();
  takeIn(hub.url);
  const { promise: drained, resolve } = Promise.withResolvers<void>();
  hub.answer("outputs", async () => {
    await drained;
    return Response.json(finished({ fileUrl: hub.serve("1.png", PNG) }));
  });
  const next = { ...messageFor(hub.url, { toolSettings: WITHOUT_FILES }), msg_id: 7 };
  const started: unknown[] = [];
  project.answers.receive = () => {
    resolve(); // all that the drain does, where nobody waits
    return started.splice(0);
  };
  project.answers.complete = () => {
    started.push(next);
    return "completed";
  };
  await deliver(SUCCEEDED);
  assert.deepEqual(project.callsOf("submitted").map(({ p_msg_id }) => p_msg_id), [7]);
});

Deno.test("where nobody waits for a slot the lane is looked at once: when its task is settled", async () => {
  await using hub = fakeRunningHub();
  for (const [waits, looks] of [[false, 1], [true, 2]] as const) {
    project.calls.length = 0;
    takeIn(hub.url);
    Object.assign(project.answers.webhook as object, { waits });
    hub.answer("outputs", finished({ fileUrl: hub.serve("1.png", PNG) }));
    await deliver(SUCCEEDED);
    const called = project.called();
    assert.equal(called.filter((name) => name === "receive").length, looks);
    assert.ok(called.lastIndexOf("receive") > called.indexOf("complete"));
  }
});

Deno.test("a job that was created in the same moment is submitted though the other takes its time", async () => {
  await using hub = obligingRunningHub();
  takeIn(hub.url);
  Object.assign(project.answers.webhook as object, { waits: false });
  const { promise: submitted, resolve } = Promise.withResolvers<void>();
  hub.answer("outputs", async () => {
    await submitted;
    return Response.json(finished({ fileUrl: hub.serve("1.png", PNG) }));
  });
  const started = [{ ...messageFor(hub.url, { toolSettings: WITHOUT_FILES }), msg_id: 7 }];
  project.answers.receive = () => started.splice(0);
  project.answers.submitted = () => {
    resolve();
    return "processing";
  };
  await deliver(SUCCEEDED);
  assert.deepEqual(project.callsOf("submitted").map(({ p_msg_id }) => p_msg_id), [7]);
  assert.equal(project.callsOf("complete").length, 1);
});

Deno.test("a failure that is announced and true fails the attempt at once", async () => {
  await using hub = fakeRunningHub();
  takeIn(hub.url);
  hub.answer("outputs", failedTask({ exception_message: "bad size" }));
  await deliver(FAILED);
  assert.deepEqual(project.failures(), [["never", "805"]]);
});

Deno.test("what a webhook claims changes nothing that RunningHub does not confirm", async () => {
  await using hub = fakeRunningHub();
  takeIn(hub.url);
  hub.answer("outputs", STILL_RUNNING);
  await deliver(SUCCEEDED);
  await deliver(FAILED);
  assert.deepEqual([project.callsOf("complete"), project.failures()], [[], []]);
  assert.equal(project.callsOf("defer").length, 2);
});

Deno.test("a webhook of an older attempt is settled too, for it may have succeeded after all", async () => {
  await using hub = fakeRunningHub();
  takeIn(hub.url, "stale_attempt");
  hub.answer("outputs", finished({ fileUrl: hub.serve("1.png", PNG) }));
  await deliver(SUCCEEDED);
  assert.equal(project.callsOf("complete").length, 1);
  assert.equal(project.callsOf("receive_cancels").length, 1, "the outbox may wait for its word");
});

Deno.test("a webhook of a job's only attempt has nothing for the outbox of cancels, that of a later one may", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", STILL_RUNNING);
  for (const [dispatch, looks] of [[1, 0], [2, 1]] as const) {
    project.calls.length = 0;
    const message = messageFor(hub.url, { attempt: { phase: "settling", external_id: TASK_ID, dispatch } });
    project.answers.webhook = { verdict: "accepted", lane: "runninghub", message };
    await deliver(SUCCEEDED);
    assert.equal(project.callsOf("receive_cancels").length, looks);
  }
});

Deno.test("a webhook that came before is taken in and sets nothing off", async () => {
  project.answers.webhook = { verdict: "duplicate" };
  assert.equal(await deliver(SUCCEEDED), 200);
  assert.deepEqual(project.called(), ["webhook_account", "webhook"]);
});

Deno.test("a webhook of a job that has ended may be the word that the outbox of cancels waits for", async () => {
  project.answers.webhook = { verdict: "late" };
  assert.equal(await deliver(SUCCEEDED), 200);
  assert.deepEqual(project.called(), ["webhook_account", "webhook", "receive_cancels"]);
});

Deno.test("a webhook that names another task is no word on the attempt's, which is asked about all the same", async () => {
  await using hub = fakeRunningHub();
  takeIn(hub.url, "other_task");
  hub.answer("outputs", failedTask({ exception_message: "bad size" }));
  await deliver(FAILED);
  assert.deepEqual(project.failures(), [], "it is read again before it is believed");
  assert.equal(project.callsOf("defer").length, 1);
});
