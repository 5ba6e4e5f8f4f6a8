/** Settling a task of which the end is not known yet: when it is asked about again, and when no longer. */
import assert from "node:assert/strict";
import { databaseError, fakeSupabase } from "../engine/fake_supabase.ts";
import { type Differences, messageFor } from "../engine/work_item_fixture.ts";
import { PNG } from "../files/png_fixture.ts";
import type { Provider } from "../providers/provider.ts";
import {
  failedTask,
  type FakeRunningHub,
  fakeRunningHub,
  finished,
  STILL_RUNNING,
  TASK_ID,
} from "../providers/runninghub/fake_runninghub.ts";
import { nobodysUrl, recordLogs } from "../runtime/fake_runtime.ts";
import { scriptedProvider } from "./scripted_provider_fixture.ts";
import { settleMessage } from "./settle.ts";

recordLogs();
const project = fakeSupabase();
const past = () => new Date(Date.now() - 1000).toISOString();
const delays = () => project.callsOf("defer").map(({ p_delay }) => p_delay);

type Announced = Parameters<typeof settleMessage>[1];
function settle(hub: FakeRunningHub, differences: Differences = {}, announced?: Announced): Promise<void> {
  const attempt = { phase: "submitted", external_id: TASK_ID, ...differences.attempt } as const;
  return settleMessage(messageFor(hub.url, { ...differences, attempt }), announced);
}
/** Settles what the reaper sends of a job that has been silent. */
function poll(hub: FakeRunningHub, differences: Differences = {}, provider?: Provider): Promise<void> {
  const attempt = { phase: "submitted", external_id: TASK_ID, ...differences.attempt } as const;
  const message = messageFor(hub.url, { ...differences, attempt });
  return settleMessage({ ...message, item: { ...message.item, kind: "poll" } }, undefined, provider);
}

Deno.test("a task that is not finished is asked about again, each time after twice as long, two minutes at most", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", STILL_RUNNING);
  for (const readCount of [1, 2, 3, 4, 5, 6, 7, 60]) await settle(hub, { readCount });
  assert.deepEqual(delays(), [5, 10, 20, 40, 80, 120, 120, 120].map((seconds) => `${seconds} seconds`));
});

Deno.test("a poll is put off by whoever asked: as soon as its lane wants, then as often", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", STILL_RUNNING);
  for (const readCount of [1, 2, 3, 4, 60]) await poll(hub, { readCount, poll: { after: 2, every: 10 } });
  await poll(hub, { poll: { after: 120, every: 60 } });
  await poll(hub, { poll: { after: 0.5, every: 1 } });
  assert.deepEqual(delays(), [2, 4, 8, 10, 10, 60, 1].map((seconds) => `${seconds} seconds`));
});

Deno.test("a poll that gets no answer is put off too, and one without a task", async () => {
  await using hub = fakeRunningHub();
  for (const code of [804, 813, 423]) {
    hub.answer("outputs", { code, msg: "X", data: null });
    await poll(hub);
  }
  hub.answer("outputs", new Response("<html>", { status: 503 }));
  await poll(hub);
  await poll(hub, { attempt: { external_id: null } });
  assert.deepEqual(delays(), Array(5).fill("60 seconds"));
});

Deno.test("a poll that finds a failure looks twice", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", failedTask({ exception_message: "bad size" }));
  await poll(hub);
  assert.deepEqual(delays(), ["20 seconds"]);
});

Deno.test("what a provider lets us know of a task's progress is shown before it is asked about again", async () => {
  await using hub = fakeRunningHub();
  const { provider } = scriptedProvider({ outcomes: [{ state: "running", progress: 42, raw: {} }] });
  project.answers.progress = true;
  await poll(hub, {}, provider);
  assert.deepEqual(project.called(), ["progress", "defer"]);
  assert.equal(project.callsOf("progress")[0]?.p_progress, 42);
});

Deno.test("a task that waits or is not known is asked about again", async () => {
  await using hub = fakeRunningHub();
  for (const code of [813, 423, 807, 1004]) {
    hub.answer("outputs", { code, msg: "X", data: null });
    await settle(hub);
  }
  assert.deepEqual(delays(), Array(4).fill("5 seconds"));
});

Deno.test("success without outputs is asked about again", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", { code: 0, msg: "success", data: [] });
  hub.answer("status", { code: 0, msg: "", data: "SUCCESS" });
  await settle(hub, {}, "succeeded");
  assert.deepEqual(project.called(), ["defer"]);
});

Deno.test("a task whose id is not known yet is waited for, and nothing is asked", async () => {
  await using hub = fakeRunningHub();
  await settle(hub, { attempt: { external_id: null } }, "failed");
  assert.deepEqual(project.called(), ["defer"]);
  assert.equal(hub.requests.length, 0);
});

Deno.test("a question that fails is asked again, whatever its class: the task is not at fault", async () => {
  await using hub = fakeRunningHub();
  const answers = [{ code: 802, msg: "APIKEY_UNAUTHORIZED" }, { code: 412, msg: "TOKEN_INVALID" }, {
    code: 1003,
    msg: "X",
  }];
  for (const answer of [...answers, new Response("<html>", { status: 503 })]) {
    hub.answer("outputs", answer);
    await settle(hub, {}, "failed");
  }
  assert.deepEqual(delays(), Array(4).fill("5 seconds"));
  assert.deepEqual(project.failures(), []);
});

Deno.test("a result that cannot be fetched or stored now is tried again", async () => {
  await using hub = fakeRunningHub();
  hub.answer(
    "outputs",
    finished({ fileUrl: hub.serve("1.png", () => new Response("not yet", { status: 404 })) }),
  );
  await settle(hub);
  hub.answer("outputs", finished({ fileUrl: "http://127.0.0.1:9/refused.png" }));
  await settle(hub);
  assert.deepEqual(project.called(), ["produced", "defer", "produced", "defer"]);
});

Deno.test("once the deadline is past, waiting ends: SQL is told so, and why", async () => {
  await using hub = fakeRunningHub();
  const job = { deadline_at: past() };
  hub.answer("outputs", STILL_RUNNING);
  await settle(hub, { job });
  await poll(hub, { job });
  hub.answer("outputs", { code: 0, msg: "success", data: null });
  hub.answer("status", { code: 0, msg: "", data: "SUCCESS" });
  await settle(hub, { job, attempt: { external_id: null } });
  assert.deepEqual(project.called(), Array(3).fill("deadline_passed"));
  assert.match(String(project.callsOf("deadline_passed")[0]?.p_message), /running/);
});

Deno.test("a deadline that was put off meanwhile is none: the task is asked about again", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", STILL_RUNNING);
  project.answers.deadline_passed = "not_yet";
  await settle(hub, { job: { deadline_at: past() } });
  assert.deepEqual(project.called(), ["deadline_passed", "defer"]);
  assert.deepEqual(delays(), ["5 seconds"]);
});

Deno.test("the last question comes no later than the deadline", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", STILL_RUNNING);
  await poll(hub, { job: { deadline_at: new Date(Date.now() + 7_000).toISOString() } });
  assert.deepEqual(delays(), ["7 seconds"]);
});

Deno.test("while the circuit is open nothing is asked until its probe, and no time is lost", async () => {
  await using hub = fakeRunningHub();
  const circuit = { opened_at: past(), probe_at: new Date(Date.now() + 90_000).toISOString(), failures: 3 };
  project.answers.deadline_passed = "not_yet";
  await settle(hub, { circuit });
  await poll(hub, { circuit, job: { deadline_at: past() } });
  assert.equal(hub.requests.length, 0);
  assert.deepEqual(delays(), ["90 seconds", "90 seconds"]);
});

Deno.test("a provider that is not there is told to its circuit, and one that is back as well", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", STILL_RUNNING);
  await settle(hub, { account: { settings: { base_url: nobodysUrl() } } });
  assert.deepEqual(project.called(), ["provider_down", "defer"]);
  project.calls.length = 0;
  await settle(hub, { circuit: { failures: 1 } });
  assert.deepEqual(project.called(), ["provider_up", "defer"]);
});

Deno.test("a result that is there counts, deadline or not", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", finished({ fileUrl: hub.serve("1.png", PNG) }));
  await settle(hub, { job: { deadline_at: past() } });
  assert.deepEqual(project.called(), ["produced", "complete"]);
});

Deno.test("a job without a deadline is asked about for as long as it takes", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", STILL_RUNNING);
  await settle(hub, { job: { deadline_at: null } });
  assert.deepEqual(project.called(), ["defer"]);
});

Deno.test("when it cannot even be deferred, its lease brings it back", async () => {
  await using hub = fakeRunningHub();
  project.answers.defer = databaseError();
  hub.answer("outputs", STILL_RUNNING);
  await settle(hub);
});
