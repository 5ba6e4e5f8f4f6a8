import assert from "node:assert/strict";
import { databaseError, fakeSupabase } from "../engine/fake_supabase.ts";
import { type Differences, messageFor } from "../engine/work_item_fixture.ts";
import { PNG } from "../files/png_fixture.ts";
import {
  failedTask,
  type FakeRunningHub,
  fakeRunningHub,
  finished,
  STILL_RUNNING,
  TASK_ID,
} from "../providers/runninghub/fake_runninghub.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { settleMessage } from "./settle.ts";

recordLogs();
const project = fakeSupabase();
const FOLDER = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
const FAILED = failedTask({
  exception_type: "ValueError",
  exception_message: "bad size",
  node_name: "KSampler",
});

const refusals = () => project.callsOf("output_refused").map(({ p_error_code }) => p_error_code);
type Announced = Parameters<typeof settleMessage>[1];
function settle(hub: FakeRunningHub, differences: Differences = {}, announced?: Announced): Promise<void> {
  const attempt = { phase: "submitted", external_id: TASK_ID, ...differences.attempt } as const;
  return settleMessage(messageFor(hub.url, { ...differences, attempt }), announced);
}

// Success ---------------------------------------------------------------------------------------------------------

Deno.test("a result is kept and the job completed", async () => {
  await using hub = fakeRunningHub();
  const answer = finished({ fileUrl: hub.serve("1.png", PNG) });
  hub.answer("outputs", answer);
  await settle(hub);
  const stored = {
    bucket: "outputs",
    path: `${FOLDER}/1-0.png`,
    content_type: "image/png",
    bytes: PNG.length,
  };
  assert.deepEqual(project.called(), ["produced", "complete"]);
  const { p_output, p_output_url, p_raw, p_queue, p_msg_id } = project.callsOf("complete")[0] ?? {};
  assert.deepEqual(p_output, { files: [stored] });
  assert.equal(p_output_url, `${project.url}/storage/v1/object/authenticated/outputs/${FOLDER}/1-0.png`);
  assert.deepEqual(p_raw, answer);
  assert.deepEqual([p_queue, p_msg_id], ["runninghub_queue", 7]);
  assert.deepEqual(project.files.get(`outputs/${FOLDER}/1-0.png`)?.bytes, PNG);
});

Deno.test("several results are all kept, in their order; the first is the one that is shown", async () => {
  await using hub = fakeRunningHub();
  const film = new TextEncoder().encode("\0\0\0\x20ftypisom");
  hub.answer(
    "outputs",
    finished({ fileUrl: hub.serve("1.mp4", film) }, { fileUrl: hub.serve("2.png", PNG) }),
  );
  await settle(hub, { attempt: { attempt: 2 } });
  const { p_output, p_output_url } = project.callsOf("complete")[0] ?? {};
  const { files } = p_output as { files: { path: string }[] };
  assert.deepEqual(files.map(({ path }) => path), [`${FOLDER}/2-0.mp4`, `${FOLDER}/2-1.png`]);
  assert.match(String(p_output_url), /2-0\.mp4$/);
});

Deno.test("a job that had ended already is no error", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", finished({ fileUrl: hub.serve("1.png", PNG) }));
  for (const verdict of ["duplicate", "late"]) {
    project.answers.complete = verdict;
    await settle(hub);
  }
});

Deno.test("a webhook is a hint: what RunningHub answers is what counts", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", STILL_RUNNING);
  await settle(hub, {}, "succeeded");
  await settle(hub, {}, "failed");
  assert.deepEqual(project.called(), ["defer", "defer"]);
  hub.answer("outputs", finished({ fileUrl: hub.serve("1.png", PNG) }));
  await settle(hub, {}, "failed");
  assert.equal(project.called().at(-1), "complete");
});

// Failure ---------------------------------------------------------------------------------------------------------

Deno.test("a failure that a webhook announced is believed at once", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", FAILED);
  await settle(hub, {}, "failed");
  assert.deepEqual(project.called(), ["attempt_failed"]);
  const { p_retry_class, p_error_code, p_error_message, p_raw, p_msg_id } =
    project.callsOf("attempt_failed")[0] ?? {};
  assert.deepEqual([p_retry_class, p_error_code, p_error_message], ["never", "805", "bad size"]);
  assert.deepEqual(p_raw, FAILED);
  assert.equal(p_msg_id, 7);
});

Deno.test("a failure that nobody announced is read again before it is believed", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", FAILED);
  for (const announced of [undefined, "succeeded", "running", "unknown"] as const) {
    await settle(hub, { readCount: 1 }, announced);
  }
  assert.deepEqual(project.called(), ["defer", "defer", "defer", "defer"]);
  assert.equal(project.callsOf("defer")[0]?.p_delay, "20 seconds");
  await settle(hub, { readCount: 2, attempt: { checkpoint: { failure_seen: true } } });
  assert.deepEqual(project.failures(), [["never", "805"]]);
});

// runninghub.md#surprises: a poller may see a passing FAILED. Most messages have been read several times by then.
Deno.test("a first failure after readings of a running task is read again as well", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", STILL_RUNNING, FAILED, finished({ fileUrl: hub.serve("1.png", PNG) }));
  for (const readCount of [1, 2, 3]) await settle(hub, { readCount });
  assert.deepEqual(project.called(), ["defer", "defer", "produced", "complete"]);
});

Deno.test("a failure of the machine is tried again", async () => {
  await using hub = fakeRunningHub();
  hub.answer(
    "outputs",
    failedTask({ exception_type: "OSError", exception_message: "[Errno 116] Stale file handle" }),
  );
  await settle(hub, {}, "failed");
  assert.deepEqual(project.failures(), [["backoff", "805"]]);
});

// Postgres has no text with a NUL in it, and no jsonb with half a surrogate pair (22P05, 22P02).
Deno.test("what Postgres cannot store is not sent to it, or the failure could never be noted", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", failedTask({ exception_message: "bad \0 byte", traceback: "cut \ud83d" }));
  await settle(hub, {}, "failed");
  const sent = JSON.stringify(project.callsOf("attempt_failed"));
  assert.match(sent, /bad/);
  assert.doesNotMatch(sent, /\\u0000|\\ud83d/);
});

// Results that are none -------------------------------------------------------------------------------------------

Deno.test("a result at an address of our own network fails the job for good, and is not fetched", async () => {
  await using hub = fakeRunningHub();
  for (
    const fileUrl of [
      "https://10.0.0.1/1.png",
      "http://169.254.169.254/latest",
      "file:///etc/passwd",
      "nonsense",
    ]
  ) {
    hub.answer("outputs", finished({ fileUrl }));
    await settle(hub);
  }
  assert.deepEqual(refusals(), Array(4).fill("refused_address"));
});

Deno.test("a result that is no image or video fails the job for good, with the answer that named it", async () => {
  await using hub = fakeRunningHub();
  const answer = finished({ fileUrl: hub.serve("1.png", Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0)) });
  hub.answer("outputs", answer);
  await settle(hub);
  assert.deepEqual(refusals(), ["output_wrong_type"]);
  assert.deepEqual(project.callsOf("output_refused")[0]?.p_raw, answer);
});

// The database ----------------------------------------------------------------------------------------------------

Deno.test("when the database fails, the message is left for later", async () => {
  await using hub = fakeRunningHub();
  project.answers = { complete: databaseError(), attempt_failed: databaseError() };
  hub.answer("outputs", finished({ fileUrl: hub.serve("1.png", PNG) }));
  await assert.rejects(settle(hub), { code: "internal_error" });
  hub.answer("outputs", FAILED);
  await assert.rejects(settle(hub, {}, "failed"), { code: "internal_error" });
});
