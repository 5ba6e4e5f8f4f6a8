import assert from "node:assert/strict";
import { shownJobResponse } from "../../../shared/requests/requests.ts";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { JOB, JOB_ID, jobsApi, OTHER_ID } from "./jobs_fixture.ts";

recordLogs();
const { project, call } = jobsApi();
const PATHS = JOB.output?.files.map(({ path }) => path) ?? [];
const HALF_AN_HOUR = 1_800_000;
const realNow = Date.now;

Deno.test.beforeEach(() => {
  project.reset();
  project.rows.jobs = [JOB];
  for (const path of PATHS) {
    project.files.set(`outputs/${path}`, { bytes: new Uint8Array(16), contentType: "image/png" });
  }
  // Half an hour begins: nothing becomes stale between two lines of a test. Tokens are looked at by this clock, too.
  const start = Math.floor(realNow() / HALF_AN_HOUR) * HALF_AN_HOUR;
  Date.now = () => start;
});
Deno.test.afterEach(() => void (Date.now = realNow));

const again = async (request: string, tag: string) => await call(request, { with: { "if-none-match": tag } });
const tagOf = async (request: string): Promise<string> => {
  const { status, headers } = await call(request);
  assert.equal(status, 200, request);
  return headers.get("etag") ?? assert.fail(`${request}: no ETag`);
};
const signings = () => project.requests.filter(({ path }) => path.startsWith("/storage")).length;

const ROUTES = [`GET /${JOB_ID}`, `GET /by-id?id=${JOB_ID}`, "GET /by-request/t1", "GET ", "GET /credits"];

Deno.test("who has it already is told so in no words, and nothing is signed for that", async () => {
  Object.assign(project.rows, { credit_entries: [], credit_accounts: [] });
  for (const request of ROUTES) {
    const tag = await tagOf(request);
    project.requests.length = 0;
    const { status, body, headers } = await again(request, tag);
    assert.deepEqual([status, body, headers.get("etag"), signings()], [304, null, tag, 0], request);
    assert.match(headers.get("esteira-time") ?? "", /Z$/);
    assert.equal(headers.get("access-control-allow-origin"), "*");
    assert.equal((await again(request, '"another"')).status, 200, request);
  }
});

Deno.test("a newer version is another one, and so is a balance", async () => {
  const entry = {
    id: 7,
    kind: "charge",
    amount: -1,
    balance_after: 9,
    job_id: null,
    note: null,
    reference: null,
  };
  Object.assign(project.rows, { credit_entries: [], credit_accounts: [{ balance: 10 }] });
  for (const request of ROUTES) {
    const tag = await tagOf(request);
    project.rows.jobs = [{ ...JOB, version: JOB.version + 1 }];
    project.rows.credit_accounts = [{ balance: 9 }];
    project.rows.credit_entries = [{ ...entry, created_at: JOB.created_at }];
    assert.equal((await again(request, tag)).status, 200, request);
    project.rows.jobs = [JOB];
    Object.assign(project.rows, { credit_entries: [], credit_accounts: [{ balance: 10 }] });
  }
});

Deno.test("addresses are had anew after half of their hour, those of a list without any are not", async () => {
  const tags = new Map<string, string>();
  for (const request of ROUTES.slice(0, 4)) tags.set(request, await tagOf(request));
  const later = Date.now() + HALF_AN_HOUR;
  Date.now = () => later;
  for (const [request, tag] of tags) {
    assert.equal((await again(request, tag)).status, request === "GET " ? 304 : 200, request);
  }
});

Deno.test("what lacks an address is not held on to", async () => {
  project.storageIsDown = true;
  for (const request of ROUTES.slice(0, 3)) {
    const { status, headers } = await call(request);
    assert.deepEqual([status, headers.get("etag")], [200, null], request);
  }
});

Deno.test("a job that is open has nothing that ages", async () => {
  project.rows.jobs = [{ ...JOB, status: "processing", current_step: "running", output: null }];
  const tag = await tagOf(`GET /${JOB_ID}`);
  const later = Date.now() + HALF_AN_HOUR;
  Date.now = () => later;
  assert.equal((await again(`GET /${JOB_ID}`, tag)).status, 304);
});

Deno.test("what one route has answered is no answer of another", async () => {
  const tag = await tagOf("GET ?limit=20");
  assert.equal((await again("GET ?limit=10", tag)).status, 200);
});

// By id -----------------------------------------------------------------------------------------------------------

Deno.test("several jobs are read at once, in the order asked for, each once, their files signed together", async () => {
  const other = { ...JOB, id: OTHER_ID };
  project.rows.jobs = [other, JOB];
  const { status, body } = await call(`GET /by-id?id=${JOB_ID.toUpperCase()}&id=${OTHER_ID}&id=${JOB_ID}`);
  const jobs = (body as { jobs: unknown[] }).jobs.map((job) => shownJobResponse.parse({ job }).job);
  assert.deepEqual([status, jobs.map(({ id }) => id)], [200, [JOB_ID, OTHER_ID]]);
  assert.ok(jobs.every(({ output }) => output?.files.every(({ signedUrl }) => signedUrl)));
  assert.equal(signings(), 1);
  const asked = project.requests.find(({ path }) => path === "/rest/v1/jobs");
  assert.equal(asked?.query.get("user_id"), `eq.${JOB.user_id}`);
});

Deno.test("those that are not the caller's are left out, and none of them is no error", async () => {
  const absent = "0199d2c4-8a6b-7c3d-9e4f-000000000000";
  const ids = async (query: string) =>
    ((await call(`GET /by-id?${query}`)).body as { jobs: { id: string }[] }).jobs.map(({ id }) => id);
  assert.deepEqual(await ids(`id=${absent}&id=${JOB_ID}`), [JOB_ID]);
  project.rows.jobs = [];
  assert.deepEqual(await ids(`id=${absent}`), []);
});

Deno.test("from one to a hundred ids are asked for, and nothing else", async () => {
  const many = (n: number) => Array(n).fill(`id=${JOB_ID}`).join("&");
  assert.equal((await call(`GET /by-id?${many(100)}`)).status, 200);
  project.requests.length = 0;
  for (const query of ["", many(101), "id=1", `id=${JOB_ID}&id=`, `id=${JOB_ID}&limit=5`]) {
    const answer = await call(`GET /by-id?${query}`);
    assert.deepEqual([answer.status, answer.error()[0]], [422, "invalid_input"], query.slice(0, 60));
  }
  assert.ok(project.requests.every(({ path }) => path !== "/rest/v1/jobs"));
});
