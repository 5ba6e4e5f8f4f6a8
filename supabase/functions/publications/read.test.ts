import assert from "node:assert/strict";
import type { PublicationsPage } from "../../../shared/requests/requests_publications.ts";
import { refusal } from "../_shared/engine/fake_supabase.ts";
import { fakeEdgeRuntime, type Recorded, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { asked, publicationsApi, USER_ID, X_ID } from "./publications_fixture.ts";

const api = publicationsApi();
const runtime = fakeEdgeRuntime();
recordLogs();
const { project } = api;
const id = (n: number) => `0199d2c4-8a6b-7c3d-9e4f-${String(n).padStart(12, "0")}`;
const GROUP = "0199d2c4-0000-8000-8000-000000000001";
const time = (n: number) => `2026-11-01T12:00:00.${String(999_999 - n).padStart(6, "0")}+00:00`;

const job = (n: number, changes: Record<string, unknown> = {}) => ({
  id: id(n),
  tool: "x_post",
  retried_from: null,
  status: "completed",
  error_code: null,
  error_message: null,
  refund: "none",
  retry_count: 0,
  version: 3,
  created_at: time(n),
  completed_at: time(n),
  updated_at: time(n),
  caption: "hi",
  scheduled_for: null,
  ...changes,
});
const row = (n: number, changes: Record<string, unknown> = {}) => ({
  job_id: id(n),
  group_id: GROUP,
  platform: "x",
  connection_id: X_ID,
  hold: null,
  steps: [{ step: "commit", name: "post_created", timestamp: time(n) }],
  warnings: [],
  committed_at: time(n),
  post_id: "1",
  permalink: "https://x.com/a/status/1",
  resolved: null,
  resolved_at: null,
  ...changes,
});

/** Has the Data API hold these, as far as it is asked for them here. */
function hold(jobs: ReturnType<typeof job>[], rows: ReturnType<typeof row>[]): void {
  const of = (request: Recorded, name: string) => asked(request.query.get(name));
  project.rows.jobs = (request) => {
    const ids = of(request, "id");
    if (ids.length > 0) return Response.json(jobs.filter((one) => ids.includes(one.id)));
    const limit = Number(request.query.get("limit"));
    return Response.json(jobs.map(({ id, created_at }) => ({ id, created_at })).slice(0, limit));
  };
  project.rows.publications = (request) => {
    const [ids, groups] = [of(request, "job_id"), of(request, "group_id")];
    if (ids.length > 0) return Response.json(rows.filter((one) => ids.includes(one.job_id)));
    if (groups.length > 0) return Response.json(rows.filter((one) => groups.includes(one.group_id)));
    const limit = Number(request.query.get("limit"));
    const places = rows.map(({ job_id }, n) => ({ id: job_id, created_at: jobs[n]?.created_at }));
    return Response.json(places.slice(0, limit));
  };
}
const questions = (table: string) =>
  project.requests.filter(({ path }) => path === `/rest/v1/${table}`).map(({ query }) => query);

Deno.test.afterEach(async () => await runtime.idle());

Deno.test("a publication is its job, and what it has come to", async () => {
  hold([job(1)], [row(1)]);
  const answer = await api.call(`GET /${id(1).toUpperCase()}`);
  const { publication } = answer.body as { publication: Record<string, unknown> };
  assert.deepEqual([publication.id, publication.option, publication.permalink, publication.group_id], [
    id(1),
    "x_post",
    "https://x.com/a/status/1",
    GROUP,
  ]);
  assert.equal(questions("jobs")[0]?.get("user_id"), `eq.${USER_ID}`);
});

Deno.test("what is not there, no id, or no publication is not found", async () => {
  hold([job(1)], []);
  for (const path of [id(1), id(2), "1", "enqueue"]) {
    assert.equal((await api.call(`GET /${path}`)).status, 404, path);
  }
  assert.equal((await api.call(`GET /${id(1)}`, { as: "server" })).status, 401);
});

Deno.test("a page says where the next one begins, and how its groups stand as a whole", async () => {
  const jobs = [job(1), job(2, { status: "failed" }), job(3, { status: "processing" })];
  hold(jobs, [row(1), row(2), row(3)]);
  const page = (await api.call("GET ?limit=2")).body as PublicationsPage;
  assert.deepEqual(page.publications.map((one) => one.id), [id(1), id(2)]);
  assert.deepEqual(page.groups, [{
    group_id: GROUP,
    state: "publishing",
    total: 3,
    completed: 1,
    failed: 1,
  }]);
  const next = (await api.call(`GET ?limit=2&cursor=${page.nextCursor}&platform=x&group=${GROUP}`)).status;
  assert.equal(next, 200);
  const query = questions("publications").findLast((one) => one.has("or"));
  assert.equal(query?.get("created_at"), `lte.2026-11-01T12:00:00.999997Z`);
  assert.deepEqual([query?.get("platform"), query?.get("group_id")], ["eq.x", `eq.${GROUP}`]);
});

Deno.test("a list of some statuses begins with the jobs", async () => {
  hold([job(1, { status: "failed" })], [row(1)]);
  const answer = await api.call("GET ?status=failed&status=cancelled&platform=instagram");
  assert.equal((answer.body as PublicationsPage).publications.length, 1);
  const [query] = questions("jobs");
  assert.equal(query?.get("status"), "in.(failed,cancelled)");
  assert.match(query?.get("tool") ?? "", /^in\.\(instagram_feed,/);
});

Deno.test("a query that does not fit is refused by name", async () => {
  for (
    const [query, field] of [["limit=0", "limit"], ["cursor=x", "cursor"], ["platform=myspace", "platform"]]
  ) {
    const answer = await api.call(`GET ?${query}`);
    assert.deepEqual([answer.status, answer.error().details.field], [422, field]);
  }
});

Deno.test("a publication is cancelled, done again, and said to be there", async () => {
  hold([job(1), job(2)], [row(1), row(2)]);
  const answered = { ...job(1), lane: "publication", current_step: "cancelled" };
  project.answers.cancel_job = answered;
  project.answers.retry_job = { ...answered, id: id(2) };
  project.answers.resolve_publication = answered;
  assert.equal((await api.call(`DELETE /${id(1)}`)).status, 200);
  const retried = await api.call(`POST /${id(1)}/retry`);
  assert.deepEqual([retried.status, (retried.body as { publication: { id: string } }).publication.id], [
    201,
    id(2),
  ]);
  const body = { resolved: "not_there", reason: "I looked" };
  assert.equal((await api.call(`POST /${id(1)}/resolve`, { body })).status, 200);
  assert.deepEqual(project.callsOf("resolve_publication"), [
    { p_job_id: id(1), p_resolved: "not_there", p_user_id: USER_ID, p_reason: "I looked" },
  ]);
  assert.equal((await api.call(`POST /${id(1)}/resolve`, { body: { resolved: "maybe" } })).status, 422);
});

Deno.test("a job that is no publication is none for these routes", async () => {
  hold([job(1)], []);
  for (const request of [`DELETE /${id(1)}`, `POST /${id(1)}/retry`]) {
    assert.equal((await api.call(request)).status, 404, request);
  }
  assert.deepEqual(project.callsOf("cancel_job"), []);
});

Deno.test("what the database refuses is the answer", async () => {
  hold([job(1)], [row(1)]);
  project.answers.cancel_job = refusal(409, "job_finishing", "It is being made visible.");
  project.answers.resolve_publication = refusal(409, "already_resolved", "It was said to be there.");
  assert.equal((await api.call(`DELETE /${id(1)}`)).error().code, "job_finishing");
  const body = { resolved: "there" };
  assert.equal((await api.call(`POST /${id(1)}/resolve`, { body })).error().code, "already_resolved");
});
