import assert from "node:assert/strict";
import { refusal } from "../_shared/engine/fake_supabase.ts";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { ATTEMPT, JOB_ID, TOKEN, workersApi } from "./workers_api_fixture.ts";

const logs = recordLogs();
const { project, call } = workersApi();
const LEASE = {
  continue: true,
  status: "processing",
  lease_seconds: 120,
  deadline_at: "2026-11-01T12:30:00+00:00",
};

Deno.test("a heartbeat says whether to go on, and for how long", async () => {
  project.answers.heartbeat = LEASE;
  const { status, body } = await call("heartbeat", ATTEMPT);
  assert.equal(status, 200);
  assert.deepEqual(body, {
    continue: true,
    status: "processing",
    leaseSeconds: 120,
    deadlineAt: "2026-11-01T12:30:00+00:00",
  });
  assert.deepEqual(project.callsOf("heartbeat"), [{ p_job_id: JOB_ID, p_token: TOKEN }]);
});

Deno.test("a worker of a cancelled job is told to stop, and why", async () => {
  project.answers.heartbeat = { ...LEASE, continue: false, status: "cancelled", deadline_at: null };
  const { body } = await call("heartbeat", ATTEMPT);
  assert.deepEqual(body, { continue: false, status: "cancelled", leaseSeconds: 120, deadlineAt: null });
});

Deno.test("progress goes with a heartbeat, or by itself; by itself it must be there", async () => {
  project.answers.heartbeat = LEASE;
  await call("heartbeat", { ...ATTEMPT, progress: 0 });
  await call("progress", { ...ATTEMPT, progress: 100 });
  assert.deepEqual(project.callsOf("heartbeat").map(({ p_progress }) => p_progress), [0, 100]);
  assert.deepEqual((await call("progress", ATTEMPT)).error(), ["invalid_input", "progress"]);
  for (const progress of [-1, 101, 0.5, "50", null]) {
    assert.deepEqual((await call("heartbeat", { ...ATTEMPT, progress })).error(), [
      "invalid_input",
      "progress",
    ]);
  }
});

Deno.test("a token that no claim has given is refused", async () => {
  project.answers.heartbeat = refusal(409, "stale_token", "No claimed attempt has this token.");
  for (const route of ["heartbeat", "progress"]) {
    const answer = await call(route, { ...ATTEMPT, progress: 1 });
    assert.deepEqual([answer.status, answer.error()[0]], [409, "stale_token"]);
  }
});

// @acceptance 000:70-72
Deno.test("progress that was taken leaves a line, and so does what was refused; a mere heartbeat none", async () => {
  project.answers.heartbeat = LEASE;
  logs.length = 0;
  await call("heartbeat", ATTEMPT);
  await call("progress", { ...ATTEMPT, progress: 40 });
  project.answers.heartbeat = refusal(409, "stale_token", "No claimed attempt has this token.");
  await call("progress", { ...ATTEMPT, progress: 41 });
  assert.deepEqual(logs.filter((line) => line.startsWith("[jobs]")), [
    `[jobs] Job ${JOB_ID}: progress {"progress":40,"status":"processing","continue":true}`,
    `[jobs] Job ${JOB_ID}: update refused {"code":"stale_token","progress":41}`,
  ]);
});

Deno.test("nobody sends one without a secret key", async () => {
  for (const route of ["heartbeat", "progress", "uploads", "complete", "fail"]) {
    assert.equal((await call(route, ATTEMPT, "sb_publishable_test")).status, 401, route);
  }
  assert.deepEqual(project.calls, []);
});
