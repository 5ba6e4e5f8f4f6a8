import assert from "node:assert/strict";
import { refusal } from "../_shared/engine/fake_supabase.ts";
import type { Recorded } from "../_shared/runtime/fake_runtime.ts";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { JOB, JOB_ID, jobsApi, USER_ID } from "./jobs_fixture.ts";

recordLogs();
const { project, call } = jobsApi();
const asked = (): Recorded =>
  project.requests.find(({ path }) => path === "/rest/v1/jobs") ?? assert.fail("not asked");

Deno.test("of several jobs with one task id the newest is read", async () => {
  project.rows.jobs = [JOB];
  assert.equal((await call("GET /by-request/t1")).status, 200);
  const { query } = asked();
  assert.deepEqual([query.get("request_id"), query.get("order"), query.get("limit")], [
    "eq.t1",
    "created_at.desc",
    "1",
  ]);
});

Deno.test("who reads a job reads their own, an admin too", async () => {
  for (const as of ["user", "admin"] as const) {
    for (const request of [`GET /${JOB_ID}`, "GET /by-request/t1", "GET "]) {
      project.reset();
      project.rows.jobs = [JOB];
      assert.equal((await call(request, { as })).status, 200, request);
      assert.equal(asked().query.get("user_id"), `eq.${USER_ID}`, `${as}: ${request}`);
    }
  }
});

Deno.test("whose token is of somebody who is gone is told so, rather than that there is no such job", async () => {
  project.rows.jobs = [];
  project.rows.tools = () => refusal(401, "unauthenticated", "The user of this token is no longer there.");
  for (const request of [`GET /${JOB_ID}`, "GET /by-request/t1"]) {
    const answer = await call(request);
    assert.deepEqual([answer.status, answer.error()[0]], [401, "unauthenticated"], request);
  }
});

Deno.test("the longest id that a provider may have given is looked for", async () => {
  project.rows.jobs = [JOB];
  assert.equal((await call(`GET /by-request/${"x".repeat(500)}`)).status, 200);
});

Deno.test("what can be no job is answered 404, and nobody is asked", async () => {
  const odd = ["%00", "a%00b", "constructor", "__proto__", "1", "x".repeat(501), "%E0%A4%A"];
  for (const part of odd) {
    for (
      const request of [`GET /${part}`, `GET /${part}/position`, `DELETE /${part}`, `POST /${part}/retry`]
    ) {
      assert.deepEqual([(await call(request)).status, project.called()], [404, []], request);
    }
  }
  for (const part of ["%00", "a%00b", "x".repeat(501)]) {
    assert.equal((await call(`GET /by-request/${part}`)).status, 404, part);
  }
  assert.ok(project.requests.every(({ path }) => path !== "/rest/v1/jobs"));
});
