import assert from "node:assert/strict";
import { fakeEdgeRuntime, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { JOB, jobsApi, USER_ID } from "./jobs_fixture.ts";

recordLogs();
const { project, call } = jobsApi();
const runtime = fakeEdgeRuntime();
const QUEUED = { ...JOB, status: "pending", current_step: "queued", output: null, completed_at: null };
const WISH = { tool: "portrait", input: { prompt: "a cat" } };
const PATH = `${USER_ID}/photo.png`;

Deno.test.beforeEach(() => {
  project.tools.portrait = {
    input_schema: { type: "object", properties: { prompt: { type: "string" }, image: { type: "string" } } },
    files: { image: { types: ["image/png"], max_bytes: 1000 } },
  };
  project.answers.create_jobs = [QUEUED];
});
Deno.test.afterEach(async () => await runtime.idle());
const batch = (...jobs: unknown[]) => call("POST /batch", { body: { jobs } });
const wishes = () => project.callsOf("create_jobs")[0]?.p_jobs as Record<string, unknown>[];

Deno.test("a job of a batch waits for its time, in UTC, has its key, and neither where none is given", async () => {
  await batch({ ...WISH, runAt: "2030-01-02T12:00:00+23:00", idempotencyKey: "k" }, WISH);
  assert.deepEqual(
    wishes().map(({ run_at, idempotency_key }) => [run_at, idempotency_key]),
    [["2030-01-01T13:00:00.000Z", "k"], [null, null]],
  );
});

Deno.test("a file in a batch that is not what it is called is refused, and nothing is created", async () => {
  project.files.set(`inputs/${PATH}`, {
    bytes: new TextEncoder().encode("no image at all"),
    contentType: "image/png",
  });
  const answer = await batch(WISH, { ...WISH, input: { image: PATH } });
  assert.deepEqual([answer.status, answer.error()[0]], [415, "unsupported_file_type"]);
  assert.deepEqual(project.callsOf("create_jobs"), []);
});

Deno.test("a file in a batch that is not there is refused, and nothing is created", async () => {
  const answer = await batch({ ...WISH, input: { image: PATH } });
  assert.deepEqual([answer.status, answer.error()[0]], [422, "file_not_found"]);
  assert.deepEqual(project.callsOf("create_jobs"), []);
});

Deno.test("a refusal names the job of the batch, and the field in it", async () => {
  for (
    const [odd, field] of [
      [{ ...WISH, runAt: "0000-01-01T00:00:00Z" }, "jobs.1.runAt"],
      [{ ...WISH, runAt: "9999-12-31T23:59:59-23:59" }, "jobs.1.runAt"],
      [{ ...WISH, input: { prompt: 1 } }, "jobs.1.input.prompt"],
      [{ ...WISH, metadata: { a: "\0" } }, "jobs.1.metadata.a"],
    ] as const
  ) {
    assert.deepEqual((await batch(WISH, odd)).error(), ["invalid_input", { field }]);
    assert.deepEqual((await call("POST ", { body: odd })).error(), ["invalid_input", {
      field: field.slice(7),
    }]);
  }
  assert.deepEqual(project.called(), []);
});

Deno.test("a batch has at most four megabytes, a job one", async () => {
  const [limit, batchLimit] = [1024 * 1024, 4 * 1024 * 1024];
  const long = (bytes: number) => JSON.stringify("x".repeat(bytes - 2));
  for (
    const [request, most] of [["POST ", limit], ["POST /batch", batchLimit], [
      "POST /uploads",
      limit,
    ]] as const
  ) {
    assert.deepEqual((await call(request, { body: long(most + 1) })).error(), ["payload_too_large", {
      limit: most,
    }]);
    assert.equal((await call(request, { body: long(most) })).status, 422, request);
  }
});
