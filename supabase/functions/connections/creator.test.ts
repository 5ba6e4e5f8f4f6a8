import assert from "node:assert/strict";
import { PlatformError } from "../_shared/platforms/platform.ts";
import { fakeEdgeRuntime, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { connectionsApi, ID, row } from "./connections_fixture.ts";

recordLogs();
const { project, script, call } = connectionsApi();
const runtime = fakeEdgeRuntime();
Deno.test.afterEach(async () => await runtime.idle());

const CREATOR = {
  nickname: "Ana",
  username: "ana",
  avatarUrl: null,
  privacy: ["SELF_ONLY"],
  isCommentDisabled: false,
  isDuetDisabled: true,
  isStitchDisabled: true,
  maxVideoSeconds: 300,
};
const refused = (failureClass: "reconnect" | "wait", code: string, retryAfterMs?: number) =>
  new PlatformError({
    class: failureClass,
    scope: "connection",
    code,
    message: "It says access-2",
    ...retryAfterMs === undefined ? {} : { retryAfterMs },
  });

Deno.test("an account's owner is told what it may choose, as the platform says it at that moment", async () => {
  project.answers.list_connections = [{ limit: null, ...row() }];
  script.creator = () => Promise.resolve(CREATOR);
  const { status, body, headers } = await call(`GET /${ID}/creator`);
  assert.deepEqual([status, body, headers.get("cache-control")], [200, { creator: CREATOR }, "no-store"]);
});

Deno.test("a platform that leaves nothing to choose is not asked", async () => {
  project.answers.list_connections = [{ limit: null, ...row() }];
  assert.deepEqual((await call(`GET /${ID}/creator`)).body, { creator: null });
  assert.deepEqual(project.callsOf("connection_tokens"), []);
});

Deno.test("an access that is refused is renewed once, and asked with again", async () => {
  project.answers.list_connections = [{ limit: null, ...row() }];
  project.answers.claim_refresh = { verdict: "fresh", access_token: "access-2", expires_at: null };
  let asked = 0;
  script.creator = () =>
    ++asked === 1 ? Promise.reject(refused("reconnect", "401")) : Promise.resolve(CREATOR);
  assert.equal((await call(`GET /${ID}/creator`)).status, 200);
  assert.deepEqual([asked, project.callsOf("connection_refused")], [2, []]);
});

Deno.test("an access that is refused twice is lost, and its owner is told", async () => {
  project.answers.list_connections = [{ limit: null, ...row() }];
  project.answers.claim_refresh = { verdict: "fresh", access_token: "access-2", expires_at: null };
  script.creator = () => Promise.reject(refused("reconnect", "access_refused"));
  const answer = await call(`GET /${ID}/creator`);
  assert.deepEqual([answer.status, answer.code, answer.body.error.details.reason], [
    409,
    "reconnect_needed",
    "access_refused",
  ]);
  assert.deepEqual(project.callsOf("connection_refused").map(({ p_code }) => p_code), ["access_refused"]);
  assert.doesNotMatch(JSON.stringify(project.callsOf("connection_refused")), /access-2/);
});

Deno.test("a platform that cannot be asked now says from when on it can", async () => {
  project.answers.list_connections = [{ limit: null, ...row() }];
  script.creator = () => Promise.reject(refused("wait", "rate_limited", 30_000));
  const answer = await call(`GET /${ID}/creator`);
  assert.deepEqual([answer.status, answer.code, answer.headers.get("retry-after")], [
    503,
    "platform_unavailable",
    "30",
  ]);
});

Deno.test("what is not the caller's, or was ended, is not asked about", async () => {
  script.creator = () => Promise.resolve(CREATOR);
  for (const id of [ID, "1", "%00", "__proto__"]) {
    assert.equal((await call(`GET /${id}/creator`)).code, "connection_not_found", id);
  }
  project.answers.list_connections = [{
    limit: null,
    ...row({ state: "revoked", state_code: "disconnected" }),
  }];
  assert.equal((await call(`GET /${ID}/creator`)).code, "connection_revoked");
  assert.equal((await call(`GET /${ID}/creator`, undefined, null)).status, 401);
  assert.deepEqual(project.callsOf("connection_tokens"), []);
});
