import assert from "node:assert/strict";
import { refusal } from "../_shared/engine/fake_supabase.ts";
import { messageFor } from "../_shared/engine/work_item_fixture.ts";
import { fakeEdgeRuntime, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { JOB, JOB_ID, jobsApi, OTHER_ID, USER_ID } from "./jobs_fixture.ts";

const logs = recordLogs();
const { project, call } = jobsApi();
const runtime = fakeEdgeRuntime();
const WISH = { tool: "portrait", input: { prompt: "a cat" } };
const SCHEMA = { type: "object", properties: { prompt: { type: "string" } }, required: ["prompt"] };
const QUEUED = { ...JOB, status: "pending", current_step: "queued", output: null, completed_at: null };

Deno.test.beforeEach(() => {
  logs.length = 0;
  project.tools.portrait = { input_schema: SCHEMA };
  project.answers.create_job = { job: QUEUED };
  project.answers.create_jobs = [QUEUED];
});
Deno.test.afterEach(async () => await runtime.idle());

const created = (body: unknown, as?: "user" | "server") => call("POST ", { body, ...as ? { as } : {} });
const linesOf = (id: string) => logs.filter((line) => line.includes(`Job ${id}`));

Deno.test("a priority is passed on as the user's wish, and none as none", async () => {
  assert.equal((await created({ ...WISH, priority: -5 })).status, 201);
  assert.equal((await created(WISH)).status, 201);
  const [low, own] = project.callsOf("create_job");
  assert.deepEqual([low?.p_priority, low?.p_by_user, low?.p_user_id], [-5, true, USER_ID]);
  assert.deepEqual([own?.p_priority, own?.p_by_user], [undefined, true]);

  await call("POST /batch", { body: { jobs: [{ ...WISH, priority: -5 }, WISH] } });
  const [batch] = project.callsOf("create_jobs");
  assert.equal(batch?.p_by_user, true);
  assert.deepEqual((batch?.p_jobs as { priority: unknown }[]).map(({ priority }) => priority), [-5, null]);
});

Deno.test("what SQL says of a priority, or of the balance, is answered with its numbers", async () => {
  const bounds = { field: "priority", minimum: -100, maximum: 0 };
  project.answers.create_job = refusal(422, "invalid_priority", "no", JSON.stringify(bounds));
  assert.deepEqual((await created({ ...WISH, priority: 1 })).error(), ["invalid_priority", bounds]);
  project.answers.create_job = refusal(402, "insufficient_credits", "no", '{"price": 5, "balance": 2}');
  const answer = await created(WISH);
  assert.deepEqual([answer.status, ...answer.error()], [402, "insufficient_credits", {
    price: 5,
    balance: 2,
  }]);
});

Deno.test("a key of another request is answered with the job that has it", async () => {
  const known = { field: "idempotency_key", job_id: JOB_ID };
  project.answers.create_job = refusal(409, "idempotency_conflict", "taken", JSON.stringify(known));
  const answer = await created({ ...WISH, idempotencyKey: "click" });
  assert.deepEqual([answer.status, ...answer.error()], [409, "idempotency_conflict", known]);
});

Deno.test("a server creates for the user whom it names, with its own rights", async () => {
  assert.equal((await created({ ...WISH, userId: OTHER_ID, priority: 9 }, "server")).status, 201);
  const [args] = project.callsOf("create_job");
  assert.deepEqual([args?.p_user_id, args?.p_by_user, args?.p_priority], [OTHER_ID, false, 9]);
  await call("POST /batch", { as: "server", body: { userId: OTHER_ID, jobs: [WISH] } });
  const [batch] = project.callsOf("create_jobs");
  assert.deepEqual([batch?.p_user_id, batch?.p_by_user], [OTHER_ID, false]);
});

Deno.test("a server that names nobody, or somebody whom there is not, is told so", async () => {
  assert.deepEqual((await created(WISH, "server")).error(), ["invalid_input", { field: "userId" }]);
  project.answers.create_job = Response.json({
    code: "23503",
    message: 'insert or update on table "jobs" violates foreign key constraint "jobs_user_id_fkey"',
  }, { status: 409 });
  const answer = await created({ ...WISH, userId: OTHER_ID }, "server");
  assert.deepEqual([answer.status, answer.error()[0]], [404, "user_not_found"]);
});

Deno.test("a user who is gone has a token that is worth nothing", async () => {
  for (
    const [code, message, details] of [
      ["PT404", "There is no such user.", "user_not_found"],
      ["23503", 'violates foreign key constraint "tickets_user_id_fkey"', null],
    ]
  ) {
    project.answers.create_job = Response.json({ code, message, details }, { status: 404 });
    const answer = await created(WISH);
    assert.deepEqual([answer.status, answer.error()[0]], [401, "unauthenticated"]);
  }
});

Deno.test("a user creates for nobody else", async () => {
  const answer = await created({ ...WISH, userId: OTHER_ID });
  assert.deepEqual([answer.status, ...answer.error()], [403, "forbidden", { field: "userId" }]);
  assert.equal((await created({ ...WISH, userId: USER_ID })).status, 201, "to say oneself is no harm");
  assert.equal((await call("POST ", { as: "nobody", body: WISH })).status, 401);
  assert.deepEqual(project.callsOf("create_job").map(({ p_user_id }) => p_user_id), [USER_ID]);
});

Deno.test("a server does with its key what users do with their jobs nowhere else", async () => {
  for (const request of ["GET ", `GET /${JOB_ID}`, "GET /credits", "GET /tools", `DELETE /${JOB_ID}`]) {
    assert.equal((await call(request, { as: "server" })).status, 401, request);
  }
});

Deno.test("a job that starts at once is begun by who created it, without a second question", async () => {
  project.answers.create_job = {
    job: { ...QUEUED, status: "processing", current_step: "starting" },
    message: messageFor("http://127.0.0.1:1", { provider: "nobody", job: { id: OTHER_ID } }),
  };
  const { status, body } = await created(WISH);
  assert.deepEqual(
    [status, Object.keys(body as object)],
    [201, ["job"]],
    "nobody is told of the lease, and what is in it",
  );
  await runtime.idle();
  assert.equal(project.callsOf("receive").length, 0);
  assert.ok(logs.some((line) => line.startsWith("[submit]") && line.includes(OTHER_ID)), logs.join("\n"));
});

Deno.test("a job whose message cannot be read is left to its lease, and its lane is drained", async () => {
  project.answers.create_job = { job: QUEUED, message: { msg_id: 7 } };
  assert.equal((await created(WISH)).status, 201);
  await runtime.idle();
  assert.equal(project.callsOf("receive").length, 1);
});

Deno.test("a time is passed on in UTC, for PostgreSQL does not know every zone of ISO 8601", async () => {
  await created({ ...WISH, runAt: "2026-11-02T12:00:00+23:00" });
  assert.equal(project.callsOf("create_job")[0]?.p_run_at, "2026-11-01T13:00:00.000Z");
});

Deno.test("each job of a batch keeps what was said of it, and what was left out stays so", async () => {
  const said = {
    metadata: { projectId: "p" },
    priority: -1,
    idempotencyKey: "k",
    runAt: "2026-11-02T12:00:00+23:00",
  };
  await call("POST /batch", { body: { jobs: [WISH, { ...WISH, ...said }, WISH] } });
  const nothing = { metadata: {}, priority: null, idempotency_key: null, run_at: null };
  const all = {
    metadata: { projectId: "p" },
    priority: -1,
    idempotency_key: "k",
    run_at: "2026-11-01T13:00:00.000Z",
  };
  const asked = { tool: WISH.tool, input: WISH.input };
  assert.deepEqual(
    project.callsOf("create_jobs")[0]?.p_jobs,
    [nothing, all, nothing].map((more) => ({
      ...asked,
      ...more,
    })),
  );
});

Deno.test("what is passed on is what was checked: with defaults, metadata, key, and a priority of nought", async () => {
  const style = { type: "string", default: "plain" };
  project.tools.styled = { input_schema: { ...SCHEMA, properties: { ...SCHEMA.properties, style } } };
  const said = { ...WISH, tool: "styled", metadata: { projectId: "p" }, idempotencyKey: "k", priority: 0 };
  await created(said);
  const [args] = project.callsOf("create_job");
  const input = { prompt: "a cat", style: "plain" };
  assert.deepEqual(
    [args?.p_input, args?.p_metadata, args?.p_idempotency_key, args?.p_priority],
    [input, { projectId: "p" }, "k", 0],
  );
  await call("POST /batch", { body: { jobs: [said] } });
  const [batch] = project.callsOf("create_jobs");
  const [{ input: sent, priority } = {}] = batch?.p_jobs as { input?: unknown; priority?: unknown }[];
  assert.deepEqual([sent, priority, batch?.p_caller_drains], [input, 0, true]);
});

Deno.test("the lane of each new job is worked on at once", async () => {
  const lanes = () => [...new Set(project.callsOf("receive").map(({ p_lane }) => p_lane))].sort();
  await created(WISH);
  await runtime.idle();
  assert.deepEqual(lanes(), ["external"]);
  project.answers.retry_job = QUEUED;
  project.calls.length = 0;
  await call(`POST /${JOB_ID}/retry`);
  await runtime.idle();
  assert.deepEqual(lanes(), ["external"]);
  project.calls.length = 0;
  project.answers.create_jobs = [QUEUED, { ...QUEUED, id: OTHER_ID, lane: "other" }];
  await call("POST /batch", { body: { jobs: [WISH, WISH] } });
  await runtime.idle();
  assert.deepEqual(lanes(), ["external", "other"]);
});

Deno.test("a limit is told with the time when it will not be in the way", async () => {
  const limited = { limit: 200, retryAt: new Date(Date.now() + 30_000).toISOString() };
  for (const [request, name] of [["POST ", "create_job"], ["POST /batch", "create_jobs"]] as const) {
    project.answers[name] = refusal(429, "too_many_creates", "later", JSON.stringify(limited));
    const answer = await call(request, { body: name === "create_job" ? WISH : { jobs: [WISH] } });
    assert.deepEqual([answer.status, ...answer.error()], [429, "too_many_creates", limited]);
  }
});

Deno.test("a new job is logged as what it is; a key that stood for one already is not logged as new", async () => {
  await created({ ...WISH, idempotencyKey: "k" });
  assert.deepEqual(linesOf(JOB_ID), [`[jobs] Job ${JOB_ID}: queued {"tool":"portrait","cost":1}`]);
  logs.length = 0;
  project.answers.create_job = Response.json({ job: JOB }, { status: 208 });
  assert.equal((await created({ ...WISH, idempotencyKey: "k" })).status, 201);
  assert.deepEqual(linesOf(JOB_ID), [`[jobs] Job ${JOB_ID}: asked for again {"step":"completed"}`]);
});

Deno.test("of a batch only what is new is logged as new", async () => {
  const newer = { ...QUEUED, id: OTHER_ID, created_at: "2026-11-01T12:00:00.123457+00:00" };
  project.answers.create_jobs = [JOB, newer, newer];
  await call("POST /batch", { body: { jobs: [WISH, WISH, WISH] } });
  assert.deepEqual([linesOf(JOB_ID).length, linesOf(OTHER_ID).length], [0, 1]);
  logs.length = 0;
  project.answers.create_jobs = Response.json([JOB], { status: 208 });
  assert.equal((await call("POST /batch", { body: { jobs: [WISH] } })).status, 201);
  assert.deepEqual(linesOf(JOB_ID), []);
});

Deno.test("a tool that there is not is answered with those that there are", async () => {
  project.rows.tools = [];
  const unknown = await created({ ...WISH, tool: "teleporter" });
  assert.deepEqual(unknown.error(), ["unknown_tool", { field: "tool", allowed: [] }]);
  const asked = project.requests.filter(({ path }) => path === "/rest/v1/tools").at(-1)?.query;
  assert.deepEqual([asked?.get("is_enabled"), asked?.get("order")], ["eq.true", "tool.asc"]);
  delete project.rows.tools;
});
