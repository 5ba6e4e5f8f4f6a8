import assert from "node:assert/strict";
import { refusal } from "../_shared/engine/fake_supabase.ts";
import { fakeEdgeRuntime, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { JOB, JOB_ID, jobsApi, OTHER_ID, USER_ID } from "./jobs_fixture.ts";

const logs = recordLogs();
const { project, call } = jobsApi();
const runtime = fakeEdgeRuntime();
const CANCELLED = {
  ...JOB,
  status: "cancelled",
  current_step: "cancelled",
  refund: "due",
  output: null,
  output_paths: null,
};
const RETRY = {
  ...JOB,
  id: OTHER_ID,
  status: "pending",
  current_step: "queued",
  output: null,
  output_paths: null,
  retried_from: JOB_ID,
};

Deno.test.beforeEach(() => void (logs.length = 0));
Deno.test.afterEach(async () => await runtime.idle());
const lines = () => logs.filter((line) => line.startsWith("[jobs]"));

Deno.test("a job whose provider is done is not cancelled, and the answer says so", async () => {
  project.answers.cancel_job = refusal(409, "job_finishing", "Its provider is done with it.");
  const answer = await call(`DELETE /${JOB_ID}`);
  assert.deepEqual([answer.status, ...answer.error()], [409, "job_finishing", {}]);
  assert.deepEqual(lines(), []);
});

Deno.test("a job that the user cancels is logged as cancelled by the user, and its task stopped", async () => {
  project.answers.cancel_job = CANCELLED;
  const answer = await call(`DELETE /${JOB_ID}`);
  assert.deepEqual([answer.status, answer.body], [200, { job: CANCELLED }]);
  assert.deepEqual(project.callsOf("cancel_job"), [{
    p_job_id: JOB_ID,
    p_user_id: USER_ID,
    p_caller_drains: true,
  }]);
  assert.deepEqual(lines(), [`[jobs] Job ${JOB_ID}: cancelled {"by":"user"}`]);
  await runtime.idle();
  for (const drained of ["receive_cancels", "receive_settlements", "receive"]) {
    assert.ok(project.called().includes(drained), drained);
  }
});

// @acceptance 004:125
Deno.test("a job that had ended is answered as it is, and not logged as if the user had ended it", async () => {
  for (const job of [JOB, CANCELLED]) {
    logs.length = 0;
    project.answers.cancel_job = Response.json(job, { status: 208 });
    const answer = await call(`DELETE /${JOB_ID}`);
    assert.deepEqual([answer.status, answer.body], [200, { job }]);
    assert.deepEqual(lines(), [
      `[jobs] Job ${JOB_ID}: cancel came too late {"by":"user","status":"${job.status}"}`,
    ]);
  }
});

Deno.test("a retry is logged once, however often it is asked for", async () => {
  project.answers.retry_job = RETRY;
  assert.equal((await call(`POST /${JOB_ID}/retry`)).status, 201);
  project.answers.retry_job = Response.json(RETRY, { status: 208 });
  assert.equal((await call(`POST /${JOB_ID}/retry`)).status, 201);
  const asked = { p_job_id: JOB_ID, p_user_id: USER_ID, p_caller_drains: true, p_by_user: true };
  assert.deepEqual(project.callsOf("retry_job"), [asked, asked]);
  assert.deepEqual(lines(), [
    `[jobs] Job ${OTHER_ID}: queued {"retried_from":"${JOB_ID}"}`,
    `[jobs] Job ${OTHER_ID}: retry asked for again {"retried_from":"${JOB_ID}","step":"queued"}`,
  ]);
});
