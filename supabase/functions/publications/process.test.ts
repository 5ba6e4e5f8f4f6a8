import assert from "node:assert/strict";
import { fakeEdgeRuntime, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { OTHER_ID, publicationsApi, USER_ID } from "./publications_fixture.ts";

const api = publicationsApi();
const runtime = fakeEdgeRuntime();
recordLogs();
const JOB_ID = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
const JOB = { id: JOB_ID, status: "pending", tool: "x_post", owner: USER_ID };
const process = (changes: Record<string, unknown> = {}, as: "server" | "user" | "nobody" = "server") =>
  api.call("POST /internal/process-publication", {
    as,
    body: { job_id: JOB_ID, user_id: USER_ID, platform: "x_post", content: { caption: "…" }, ...changes },
  });

Deno.test.beforeEach(() => {
  api.project.rows.jobs = [JOB];
  api.project.answers.receive_publication = [];
});
Deno.test.afterEach(async () => await runtime.idle());

Deno.test("a request of document 003 works on that one job, and says what has become of it", async () => {
  const answer = await process();
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.deepEqual(answer.body, {
    success: true,
    data: { job_id: JOB_ID, status: "pending", worked: false },
  });
  assert.deepEqual(api.project.callsOf("receive_publication").map(({ p_job_id }) => p_job_id), [JOB_ID]);
});

Deno.test("only who has the secret key may have it worked on", async () => {
  assert.equal((await process({}, "user")).status, 401);
  assert.equal((await process({}, "nobody")).status, 401);
  assert.deepEqual(api.project.callsOf("receive_publication"), []);
});

Deno.test("a job that is no publication, or another than the one that is named, is not found", async () => {
  for (const changes of [{ user_id: OTHER_ID }, { platform: "instagram_feed" }]) {
    assert.equal((await process(changes)).error().code, "not_found");
  }
  api.project.rows.jobs = [];
  assert.equal((await process({ user_id: undefined, platform: undefined })).status, 404);
  assert.equal((await process({ job_id: "1" })).error().details.field, "job_id");
  assert.deepEqual(api.project.callsOf("receive_publication"), []);
});
