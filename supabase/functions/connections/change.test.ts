import assert from "node:assert/strict";
import { refusal } from "../_shared/engine/fake_supabase.ts";
import { USER_ID } from "../_shared/http/caller_fixture.ts";
import { PlatformError } from "../_shared/platforms/platform.ts";
import { fakeEdgeRuntime, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { connectionsApi, ID, row } from "./connections_fixture.ts";

const logs = recordLogs();
const { project, script, call } = connectionsApi();
const runtime = fakeEdgeRuntime();
Deno.test.afterEach(async () => await runtime.idle());

const STALE = "2026-01-01T00:00:00Z";
const shown = (change: Record<string, unknown> = {}) => ({ limit: null, ...row(change) });
const failing = (failureClass: "reconnect" | "wait", code: string, retryAfterMs?: number) => () =>
  Promise.reject(
    new PlatformError({
      class: failureClass,
      scope: "connection",
      code,
      message: "It says access-2",
      ...retryAfterMs ? { retryAfterMs } : {},
    }),
  );

Deno.test("a list shows how each stands, and asks the platform about what it has not asked about for a while", async () => {
  script.refreshIsSingleUse = false;
  const limit = { used: 1, total: 10, windowSeconds: 86_400, resetsAt: null, source: "platform" as const };
  const one = shown({ limit });
  project.answers.list_connections = [one];
  assert.deepEqual((await call("GET ")).body, { connections: [one] });
  assert.deepEqual(project.callsOf("list_connections"), [{ p_user_id: USER_ID }]);
  assert.deepEqual(project.callsOf("connection_checked"), []);
  project.answers.list_connections = [
    shown({ limit, checked_at: STALE }),
    shown({ state: "revoked", state_code: "d", checked_at: STALE }),
  ];
  assert.equal((await call("GET ")).status, 200);
  const [checked, ...more] = project.callsOf("connection_checked");
  assert.deepEqual([(checked?.p_limits as { total: number }).total, more], [10, []]);
  project.answers.list_connections = [shown({ limit: { ...limit, source: "ours" } })];
  await call("GET ");
  assert.equal(
    project.callsOf("connection_checked").length,
    2,
    "nor was one asked that has only just been connected",
  );
  script.refreshIsSingleUse = true;
  await call("GET ");
  assert.equal(
    project.callsOf("connection_checked").length,
    2,
    "what can be used once is not used up for a look",
  );
});

Deno.test("a platform that does not answer keeps nobody from the list", async () => {
  script.refreshIsSingleUse = false;
  project.answers.list_connections = [shown({ checked_at: STALE })];
  script.limits = failing("wait", "unreachable");
  project.answers.connection_tokens = {
    ...project.answers.connection_tokens as object,
    access_token: "access-2",
  };
  assert.equal((await call("GET ")).status, 200);
  const began = Date.now();
  let answer = (_: unknown) => {};
  script.limits = () => new Promise((resolve) => answer = resolve);
  assert.equal((await call("GET ")).status, 200);
  assert.ok(Date.now() - began < 10_000);
  answer(null);
  assert.doesNotMatch(logs.join(), /access-/);
});

Deno.test("who asks how a connection stands is told after the platform was asked; again at once, without", async () => {
  project.answers.list_connections = [shown()];
  assert.equal((await call(`POST /${ID}/refresh`)).body.connection.id, ID);
  assert.equal(project.callsOf("connection_checked").length, 1);
  project.answers.list_connections = [shown({ checked_at: new Date().toISOString() })];
  const { body } = await call(`POST /${ID}/refresh`);
  assert.deepEqual([body.connection.id, "limit" in body.connection], [ID, false]);
  assert.equal(project.callsOf("connection_checked").length, 1);
});

Deno.test("an access that the platform refuses twice is lost, and its owner is told", async () => {
  project.answers.list_connections = [shown()];
  script.limits = failing("reconnect", "http_401");
  project.answers.claim_refresh = { verdict: "fresh", access_token: "access-2", expires_at: null };
  const answer = await call(`POST /${ID}/refresh`);
  assert.deepEqual([answer.status, answer.code, answer.body.error.details.reason], [
    409,
    "reconnect_needed",
    "http_401",
  ]);
  assert.deepEqual(project.callsOf("connection_refused").map(({ p_code }) => p_code), ["http_401"]);
  assert.doesNotMatch(JSON.stringify(project.callsOf("connection_refused")), /access-/);
});

Deno.test("a platform that cannot be asked now says from when on it can", async () => {
  project.answers.list_connections = [shown()];
  script.limits = failing("wait", "rate_limited", 30_000);
  const answer = await call(`POST /${ID}/refresh`);
  assert.deepEqual([answer.status, answer.code, answer.headers.get("retry-after")], [
    503,
    "platform_unavailable",
    "30",
  ]);
});

Deno.test("what is not the caller's, or was ended, is not asked about", async () => {
  for (const id of [ID, "1", "%00", "__proto__"]) {
    assert.equal((await call(`POST /${id}/refresh`)).code, "connection_not_found", id);
  }
  project.answers.list_connections = [shown({ state: "revoked", state_code: "disconnected" })];
  assert.equal((await call(`POST /${ID}/refresh`)).code, "connection_revoked");
  assert.deepEqual(project.callsOf("connection_tokens"), []);
});

Deno.test("a connection that its owner ends is given back at once, and what waits for it is gone through", async () => {
  const { status, body } = await call(`DELETE /${ID}`);
  assert.deepEqual([status, body.connection.state], [200, "revoked"]);
  assert.deepEqual(project.callsOf("disconnect"), [{ p_connection_id: ID, p_user_id: USER_ID }]);
  await runtime.idle();
  for (const done of ["receive_revocations", "receive"]) assert.ok(project.called().includes(done), done);
  project.answers.disconnect = refusal(404, "connection_not_found", "You have no such connection.");
  for (const id of [ID, "nothing"]) assert.equal((await call(`DELETE /${id}`)).code, "connection_not_found");
});

Deno.test("nobody does anything who is not signed in", async () => {
  for (const route of ["GET ", `POST /${ID}/refresh`, `DELETE /${ID}`, `GET /choices/${ID}`]) {
    assert.equal((await call(route, undefined, null)).status, 401, route);
  }
});
