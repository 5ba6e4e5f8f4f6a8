import assert from "node:assert/strict";
import { databaseError, fakeSupabase, refusal } from "../engine/fake_supabase.ts";
import type { Revocation } from "../engine/revocations.ts";
import type { Platform } from "../platforms/platform.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { CONNECTION_ID, fakeConnection, platformError } from "./fake_connection.ts";
import { workOnRenewal } from "./renewals.ts";
import { workOnRevocation } from "./revocations.ts";

const logs = recordLogs();
const project = fakeSupabase();
const REVOCATION: Revocation = {
  id: CONNECTION_ID,
  platform: "x",
  tries: 1,
  tokens: { access_token: "access-1", refresh_token: "refresh-1" },
};

/** What became of it: whether it is tried again. */
async function workedOn(revoke: () => Promise<void>): Promise<unknown> {
  fakeConnection(project);
  project.answers.revocation_done = true;
  await workOnRevocation(REVOCATION, () => ({ name: "x", oauth: { revoke } }) as unknown as Platform);
  return project.callsOf("revocation_done").map(({ p_retry }) => p_retry).at(-1);
}

Deno.test("an access is given back once, and tried again while the platform does not take it", async () => {
  const given: unknown[] = [];
  assert.equal(await workedOn((...args: unknown[]) => Promise.resolve(void given.push(args[1]))), false);
  assert.deepEqual(given, [{ accessToken: "access-1", refreshToken: "refresh-1" }]);
  assert.equal(
    await workedOn(() => Promise.reject(platformError("reconnect", "190"))),
    false,
    "gone already",
  );
  assert.equal(await workedOn(() => Promise.reject(platformError("wait", "busy"))), true);
  assert.doesNotMatch(logs.join(), /access-1|refresh-1/);
});

Deno.test("while no app is registered, or nobody knows the platform, it waits", async () => {
  fakeConnection(project);
  project.answers.revocation_done = true;
  project.answers.platform_app = refusal(503, "misconfigured", "No app.");
  await workOnRevocation(REVOCATION, () => ({ name: "x", oauth: {} }) as unknown as Platform);
  await workOnRevocation(REVOCATION, () => null);
  assert.deepEqual(project.callsOf("revocation_done").map(({ p_retry }) => p_retry), [true, true]);
});

Deno.test("a renewal that the platform refuses is told, and one that the database cannot keep comes back", async () => {
  const renewal = { connection_id: CONNECTION_ID, platform: "x" };
  logs.length = 0;
  await workOnRenewal(renewal, () => Promise.reject(platformError("wait", "busy")));
  assert.match(logs.join(), /busy/);
  fakeConnection(project);
  project.answers.connection_tokens = databaseError();
  await assert.rejects(() => workOnRenewal(renewal), { code: "internal_error" });
});
