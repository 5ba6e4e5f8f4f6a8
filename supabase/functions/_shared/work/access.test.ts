import assert from "node:assert/strict";
import { databaseError, fakeSupabase } from "../engine/fake_supabase.ts";
import { PlatformError } from "../platforms/platform.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { accessOf, keepAlive } from "./access.ts";
import type { AccessMeans } from "./access_means.ts";
import { CONNECTION_ID, fakeConnection, platformError, singleUsePlatform } from "./fake_connection.ts";

const logs = recordLogs();
const project = fakeSupabase();
const HOUR_MS = 3_600_000;

function meansOf(platform: ReturnType<typeof singleUsePlatform>["platform"]): AccessMeans {
  return { platformNamed: () => platform, sleep: () => new Promise((resolve) => setTimeout(resolve, 1)) };
}

async function refusedBy(call: Promise<unknown>): Promise<[string, string]> {
  const error = await call.then(() => assert.fail("it was let through"), (error) => error);
  assert.ok(error instanceof PlatformError, String(error));
  assert.equal(error.failure.scope, "connection");
  return [error.failure.class, error.failure.code];
}

Deno.test("a token that is good is used as it is", async () => {
  fakeConnection(project, { expiresAt: Date.now() + HOUR_MS });
  assert.equal(await accessOf(CONNECTION_ID, undefined, meansOf(singleUsePlatform().platform)), "access-1");
  assert.deepEqual(project.called(), ["connection_tokens"]);
});

Deno.test("fifty at once renew it once, and all have the same", async () => {
  fakeConnection(project);
  const { platform, spent } = singleUsePlatform();
  const means = meansOf(platform);
  const got = await Promise.all(Array.from({ length: 50 }, () => accessOf(CONNECTION_ID, undefined, means)));
  assert.deepEqual([...new Set(got)], ["access-2"]);
  assert.deepEqual(spent, ["refresh-1"]);
});

Deno.test("a token that the platform refuses is renewed, unless somebody has done so", async () => {
  const it = fakeConnection(project, { expiresAt: Date.now() + HOUR_MS });
  const { platform, spent } = singleUsePlatform();
  assert.equal(await accessOf(CONNECTION_ID, "access-1", meansOf(platform)), "access-2");
  assert.equal(await accessOf(CONNECTION_ID, "access-1", meansOf(platform)), "access-2");
  assert.deepEqual(spent, ["refresh-1"]);
  assert.equal(it.refreshToken, "refresh-2");
});

Deno.test("what cannot be renewed any more is told as such, and no more asked for", async () => {
  const it = fakeConnection(project);
  const { platform, spent } = singleUsePlatform({ next: [platformError("reconnect", "invalid_grant")] });
  assert.deepEqual(await refusedBy(accessOf(CONNECTION_ID, undefined, meansOf(platform))), [
    "reconnect",
    "invalid_grant",
  ]);
  assert.equal(it.state, "reconnect_needed");
  assert.deepEqual(await refusedBy(accessOf(CONNECTION_ID, undefined, meansOf(platform))), [
    "reconnect",
    "reconnect_needed",
  ]);
  assert.deepEqual(spent, []);
  const [told] = project.callsOf("refresh_failed");
  assert.equal(told?.p_is_final, true);
  assert.doesNotMatch(JSON.stringify(told), /access-1|refresh-1/);
});

Deno.test("what cannot be renewed just now waits, and is given back", async () => {
  const it = fakeConnection(project);
  const trouble = {
    next: [
      platformError("wait", "rate_limited", 7000),
      new TypeError("network"),
      platformError("backoff", "odd"),
    ],
  };
  const means = meansOf(singleUsePlatform(trouble).platform);
  assert.deepEqual(await refusedBy(accessOf(CONNECTION_ID, undefined, means)), ["wait", "rate_limited"]);
  assert.deepEqual(await refusedBy(accessOf(CONNECTION_ID, undefined, means)), ["wait", "refresh_failed"]);
  assert.deepEqual(await refusedBy(accessOf(CONNECTION_ID, undefined, means)), ["wait", "odd"]);
  assert.equal(it.claimed, false);
  assert.deepEqual(
    project.callsOf("refresh_failed").map(({ p_is_final, p_retry_after }) => [p_is_final, p_retry_after]),
    [
      [false, "7000 milliseconds"],
      [false, undefined],
      [false, undefined],
    ],
  );
  assert.equal(await accessOf(CONNECTION_ID, undefined, means), "access-2");
});

Deno.test("one that is good still is used while it cannot be renewed, or somebody is at it", async () => {
  const it = fakeConnection(project, { expiresAt: Date.now() + HOUR_MS });
  const { platform } = singleUsePlatform({ next: [platformError("wait", "busy")] });
  Object.assign(platform.oauth, { refreshAheadSeconds: 86_400 });
  assert.equal(await accessOf(CONNECTION_ID, undefined, meansOf(platform)), "access-1");
  it.claimed = true;
  assert.equal(await accessOf(CONNECTION_ID, undefined, meansOf(platform)), "access-1");
});

Deno.test("what the platform gave once is kept though the database is away for a moment", async () => {
  const it = fakeConnection(project);
  const keep = project.answers.refreshed as (args: Record<string, unknown>) => unknown;
  let away = 3;
  project.answers.refreshed = (args: Record<string, unknown>) => away-- > 0 ? databaseError() : keep(args);
  assert.equal(await accessOf(CONNECTION_ID, undefined, meansOf(singleUsePlatform().platform)), "access-2");
  assert.equal(it.refreshToken, "refresh-2");
  assert.equal(project.callsOf("refreshed").length, 4);
  assert.doesNotMatch(logs.join(), /access-2|refresh-/);
});

Deno.test("a connection that was ended gives no access", async () => {
  fakeConnection(project, { state: "revoked" });
  const means = meansOf(singleUsePlatform().platform);
  assert.deepEqual(await refusedBy(accessOf(CONNECTION_ID, undefined, means)), [
    "never",
    "connection_revoked",
  ]);
  assert.deepEqual(await refusedBy(keepAlive(CONNECTION_ID, means)), ["never", "connection_revoked"]);
});

Deno.test("what is to be kept alive is renewed though it is good", async () => {
  const it = fakeConnection(project, { expiresAt: Date.now() + HOUR_MS });
  await keepAlive(CONNECTION_ID, meansOf(singleUsePlatform().platform));
  assert.equal(it.accessToken, "access-2");
});
