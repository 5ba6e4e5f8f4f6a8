import assert from "node:assert/strict";
import { refusal } from "../_shared/engine/fake_supabase.ts";
import { PNG } from "../_shared/files/png_fixture.ts";
import { fakeRunningHub } from "../_shared/providers/runninghub/fake_runninghub.ts";
import { nobodysUrl, recordLogs, rudeServer } from "../_shared/runtime/fake_runtime.ts";
import { ATTEMPT, FOLDER, JOB_ID, OPEN, TOKEN, workersApi } from "./workers_api_fixture.ts";

const logs = recordLogs();
const { project, call } = workersApi();
const PATH = `${FOLDER}2-portrait.png`;
const named = { p_job_id: JOB_ID, p_token: TOKEN };
const put = (path: string, contentType: string, bytes: Uint8Array<ArrayBuffer> = PNG) =>
  project.files.set(`outputs/${path}`, { bytes, contentType });

Deno.test("an uploaded file is kept as Storage knows it", async () => {
  project.answers.claimed = OPEN;
  put(PATH, "image/png");
  const { status, body } = await call("complete", { ...ATTEMPT, files: [{ path: PATH }] });
  assert.deepEqual([status, body], [200, { verdict: "completed" }]);
  assert.deepEqual(project.callsOf("complete"), [{
    ...named,
    p_output: { files: [{ bucket: "outputs", path: PATH, content_type: "image/png", bytes: PNG.length }] },
    p_output_url: `${project.url}/storage/v1/object/authenticated/outputs/${PATH}`,
    p_raw: { files: [{ path: PATH }] },
  }]);
});

Deno.test("a file at a public address is copied into the job's folder", async () => {
  project.answers.claimed = OPEN;
  await using host = fakeRunningHub();
  await call("complete", { ...ATTEMPT, files: [{ url: host.serve("a.png", PNG) }] });
  const path = `${FOLDER}2-0.png`;
  assert.deepEqual(project.files.get(`outputs/${path}`), { bytes: PNG, contentType: "image/png" });
  assert.deepEqual((project.callsOf("complete")[0]?.p_output as { files: unknown[] }).files, [
    { bucket: "outputs", path, content_type: "image/png", bytes: PNG.length },
  ]);
});

Deno.test("a result may be data alone", async () => {
  project.answers.claimed = OPEN;
  await call("complete", { ...ATTEMPT, output: { words: ["a", "b\0"] } });
  const [args] = project.callsOf("complete");
  assert.deepEqual(args, {
    ...named,
    p_output: { files: [], data: { words: ["a", "b\ufffd"] } },
    p_raw: { output: { words: ["a", "b\ufffd"] }, files: [] },
  });
});

Deno.test("a result is something", async () => {
  assert.deepEqual((await call("complete", ATTEMPT)).error(), ["invalid_input", "output"]);
  assert.deepEqual((await call("complete", { ...ATTEMPT, output: "text" })).error(), [
    "invalid_input",
    "output",
  ]);
  const output = { text: "x".repeat(262_144) };
  assert.deepEqual((await call("complete", { ...ATTEMPT, output })).error(), ["invalid_input", "output"]);
});

Deno.test("a file outside the job's folder is not looked at", async () => {
  project.answers.claimed = OPEN;
  const other = `${FOLDER.replace(JOB_ID, crypto.randomUUID())}2-a.png`;
  put(other, "image/png");
  put(`${FOLDER}deep/a.png`, "image/png");
  for (const path of [other, `${FOLDER}../x/a.png`, `${FOLDER}deep/a.png`, FOLDER, "a.png", `/${PATH}`]) {
    const answer = await call("complete", { ...ATTEMPT, files: [{ path }] });
    assert.deepEqual([answer.status, ...answer.error()], [422, "file_not_found", "files.0"], path);
  }
  assert.equal(project.requests.some(({ path }) => path.includes("/object/info/")), false);
});

Deno.test("a file that is not there, or is not what is taken, does not complete the job", async () => {
  project.answers.claimed = OPEN;
  const files = [{ path: PATH }];
  assert.deepEqual((await call("complete", { ...ATTEMPT, files })).error(), ["file_not_found", "files.0"]);
  put(PATH, "text/html;charset=UTF-8");
  const answer = await call("complete", { ...ATTEMPT, files });
  assert.deepEqual([answer.status, ...answer.error()], [415, "unsupported_file_type", "files.0"]);
  put(PATH, "text/plain;charset=UTF-8");
  assert.equal((await call("complete", { ...ATTEMPT, files })).status, 200);
  assert.equal(project.callsOf("complete").length, 1);
});

Deno.test("an address that cannot be copied is named, and the attempt goes on", async () => {
  project.answers.claimed = OPEN;
  await using host = fakeRunningHub();
  const page = new TextEncoder().encode("<!DOCTYPE html>");
  const cases: [string, number, string][] = [
    ["https://10.0.0.1/a.png", 422, "refused_address"],
    ["http://example.com/a.png", 422, "refused_address"],
    [host.serve("gone.png", () => new Response(null, { status: 404 })), 422, "output_unavailable"],
    [`${nobodysUrl()}/a.png`, 422, "output_unavailable"],
    [host.serve("a.html", page), 415, "unsupported_file_type"],
  ];
  for (const [url, status, code] of cases) {
    const answer = await call("complete", { ...ATTEMPT, files: [{ url }] });
    assert.deepEqual([answer.status, ...answer.error()], [status, code, "files.0"], url);
  }
  assert.deepEqual(project.callsOf("complete"), []);
  assert.deepEqual(project.failures(), []);
});

Deno.test("a job that has ended takes no more files; what its worker said is kept", async () => {
  project.answers.claimed = { ...OPEN, status: "completed", outcome: "superseded" };
  project.answers.complete = "late";
  const answer = await call("complete", {
    ...ATTEMPT,
    output: { a: 1 },
    files: [{ url: "https://10.0.0.1/a.png" }],
  });
  assert.deepEqual([answer.status, answer.body], [200, { verdict: "late" }]);
  const [args] = project.callsOf("complete");
  assert.deepEqual(args?.p_raw, { output: { a: 1 }, files: [{ url: "https://10.0.0.1/a.png" }] });
});

Deno.test("a stale token completes and fails nothing", async () => {
  project.answers.claimed = refusal(409, "stale_token", "No claimed attempt has this token.");
  for (const [route, body] of [["complete", { output: {} }], ["fail", FAILURE]] as const) {
    const answer = await call(route, { ...ATTEMPT, ...body });
    assert.deepEqual([answer.status, answer.error()[0]], [409, "stale_token"]);
  }
  assert.deepEqual(project.called(), ["claimed", "claimed"]);
});

const FAILURE = { retryClass: "backoff", code: "out_of_memory", message: "The picture is too large" };

Deno.test("a failure is told with its class, code and words", async () => {
  project.answers.claimed = OPEN;
  project.answers.attempt_failed = "retried";
  const raw = { trace: `at ${TOKEN}` };
  const answer = await call("fail", { ...ATTEMPT, ...FAILURE, retryAfterSeconds: 1.5, raw });
  assert.deepEqual([answer.status, answer.body], [200, { verdict: "retried" }]);
  const told = { p_error_code: "out_of_memory", p_error_message: "The picture is too large" };
  assert.deepEqual(project.callsOf("attempt_failed"), [{
    ...named,
    ...told,
    p_retry_class: "backoff",
    p_retry_after: "1500 milliseconds",
    p_raw: { trace: "at [redacted]" },
  }]);
});

Deno.test("a failure that makes no sense is refused, and the field named", async () => {
  for (
    const [field, value] of [
      ["retryClass", "sometimes"],
      ["code", ""],
      ["message", "x".repeat(2001)],
      ["retryAfterSeconds", -1],
      ["raw", "x".repeat(65_535)],
      ["jobId", "1"],
      ["token", ""],
    ] as const
  ) {
    const answer = await call("fail", { ...ATTEMPT, ...FAILURE, [field]: value });
    assert.deepEqual([answer.status, ...answer.error()], [422, "invalid_input", field]);
  }
});

Deno.test("no token is logged", () => {
  assert.ok(logs.some((line) => line.includes(`Job ${JOB_ID}: retried`)));
  assert.equal(logs.some((line) => line.includes(TOKEN) || line.includes("sb_secret")), false);
});

Deno.test("a job that has ended, however, takes no more files; what its worker said is kept", async () => {
  await using host = fakeRunningHub();
  for (const status of ["completed", "failed", "cancelled"]) {
    project.reset();
    project.answers.claimed = { ...OPEN, status };
    project.answers.complete = "late";
    const files = [{ url: host.serve("late.png", PNG) }, { path: PATH }];
    const { body } = await call("complete", { ...ATTEMPT, files, output: { a: 1 } });
    assert.deepEqual(body, { verdict: "late" }, status);
    assert.equal(project.files.size, 0, status);
    assert.deepEqual(project.callsOf("complete")[0]?.p_output, { files: [], data: { a: 1 } }, status);
  }
});

Deno.test("a result's host that hangs up, breaks off or is not there is not the database's fault", async () => {
  project.answers.claimed = OPEN;
  for (const manners of ["hangs up", "breaks off"] as const) {
    await using host = rudeServer(manners);
    const answer = await call("complete", { ...ATTEMPT, files: [{ url: `${host.url}/a.png` }] });
    assert.deepEqual([answer.status, ...answer.error()], [422, "output_unavailable", "files.0"], manners);
  }
});

Deno.test("Storage that does not answer is called by its name", async () => {
  project.answers.claimed = OPEN;
  project.storageIsDown = true;
  const answer = await call("complete", { ...ATTEMPT, files: [{ path: PATH }] });
  assert.deepEqual([answer.status, answer.error()[0]], [503, "storage_unavailable"]);
});
