import assert from "node:assert/strict";
import { databaseError, refusal } from "../_shared/engine/fake_supabase.ts";
import { PlatformError } from "../_shared/platforms/platform.ts";
import { fakeEdgeRuntime, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { account, CHOICE_ID, connectionsApi, ID, REDIRECT_TO, row, TOKENS } from "./connections_fixture.ts";
import { challengeOf, stateHash } from "./sign_in_secrets.ts";

const logs = recordLogs();
const { project, script, call } = connectionsApi();
const runtime = fakeEdgeRuntime();
Deno.test.afterEach(async () => await runtime.idle());

/** What a browser that comes back is sent on with. */
async function cameBack(query: string, platform = "x"): Promise<Record<string, string>> {
  const { status, headers } = await call(`GET /${platform}/callback?${query}`, undefined, null);
  assert.equal(status, 303);
  assert.deepEqual([headers.get("cache-control"), headers.get("referrer-policy")], [
    "no-store",
    "no-referrer",
  ]);
  const back = new URL(headers.get("location") ?? "");
  assert.equal(back.origin + back.pathname, "https://app.example/connections");
  const { tab, ...came } = Object.fromEntries(back.searchParams);
  assert.equal(tab, "2", "what was in the address stays");
  return came;
}

const refused = (failureClass: "never" | "wait") =>
  new PlatformError({
    class: failureClass,
    scope: "platform",
    code: "odd",
    message: "It refuses code-of-the-sign-in-7",
  });

Deno.test("whoever sets out is sent to the platform with a state and a challenge that nobody else has", async () => {
  const first = await call("POST /x/start", { redirectTo: "https://APP.example/connections" });
  assert.deepEqual([first.status, first.body.expiresAt], [200, "2026-11-27T03:10:00+00:00"]);
  await call("POST /x/start", { redirectTo: REDIRECT_TO });
  const [kept, other] = project.callsOf("start_connection");
  const asked = Object.fromEntries(new URL(first.body.url).searchParams);
  assert.equal(asked.redirectUri, `${project.url}/functions/v1/connections/x/callback`);
  assert.equal(kept?.p_redirect_to, "https://app.example/connections", "as a browser reads it");
  assert.equal(kept?.p_state_hash, await stateHash(asked.state ?? ""));
  assert.equal(asked.challenge, await challengeOf(String(kept?.p_verifier)));
  assert.notEqual(kept?.p_state_hash, other?.p_state_hash);
  assert.notEqual(kept?.p_verifier, other?.p_verifier);
  assert.ok((asked.state ?? "").length >= 43 && !JSON.stringify(kept).includes(asked.state ?? ""));
});

Deno.test("RFC 7636 has the same challenge for its verifier", async () => {
  assert.equal(
    await challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  );
});

Deno.test("nobody sets out for where nobody can go", async () => {
  for (
    const [platform, body, status, code] of [
      ["myspace", { redirectTo: REDIRECT_TO }, 404, "unknown_platform"],
      ["tiktok", { redirectTo: REDIRECT_TO }, 404, "unknown_platform"],
      ["x", { redirectTo: "no address" }, 422, "invalid_input"],
      ["x", {}, 422, "invalid_input"],
    ] as const
  ) {
    const answer = await call(`POST /${platform}/start`, body);
    assert.deepEqual([answer.status, answer.code], [status, code]);
  }
  assert.equal((await call("POST /x/start", { redirectTo: REDIRECT_TO }, null)).status, 401);
  project.answers.start_connection = refusal(
    422,
    "redirect_not_allowed",
    "Only what is allowed.",
    "redirectTo",
  );
  const answer = await call("POST /x/start", { redirectTo: "https://evil.example/" });
  assert.deepEqual([answer.code, answer.body.error.details], ["redirect_not_allowed", {
    field: "redirectTo",
  }]);
});

Deno.test("an account that is new is connected only when its user says so at the app", async () => {
  assert.deepEqual(await cameBack("state=s&code=code-of-the-sign-in-7"), { choice: CHOICE_ID });
  assert.deepEqual(project.callsOf("take_connection_start"), [{ p_state_hash: await stateHash("s") }]);
  assert.deepEqual(project.callsOf("save_connection"), []);
});

Deno.test("one that was connected before is connected anew at once; where there are others, the user chooses", async () => {
  project.answers.list_connections = [{
    ...row({ state: "reconnect_needed", state_code: "190" }),
    limit: null,
  }];
  assert.deepEqual(await cameBack("state=s&code=code-of-the-sign-in-7"), { connection: ID });
  script.accounts = [[account("1001"), account("1002")]];
  assert.deepEqual(await cameBack("state=s&code=code-of-the-sign-in-7"), { choice: CHOICE_ID });
  const saved = project.callsOf("save_connection");
  assert.deepEqual(saved.map(({ p_account }) => (p_account as { external_id: string }).external_id), [
    "1001",
    "1001",
  ]);
  project.answers.list_connections = [{
    ...row({ state: "revoked", state_code: "disconnected" }),
    limit: null,
  }];
  script.accounts = [[account("1001")]];
  assert.deepEqual(
    await cameBack("state=s&code=code-of-the-sign-in-7"),
    { choice: CHOICE_ID },
    "what was ended is new",
  );
});

Deno.test("the verifier is shown where the platform has PKCE, and the same address as at the start", async () => {
  const got: unknown[] = [];
  script.exchange = (one) => (got.push(one), Promise.resolve(TOKENS));
  await cameBack("state=s&code=code-of-the-sign-in-7");
  script.usesPkce = false;
  await cameBack("state=s&code=code-of-the-sign-in-7");
  const redirectUri = `${project.url}/functions/v1/connections/x/callback`;
  assert.deepEqual(got, [{ code: "code-of-the-sign-in-7", redirectUri, verifier: "v" }, {
    code: "code-of-the-sign-in-7",
    redirectUri,
  }]);
});

Deno.test("a sign-in that comes to nothing says so at the app, in a code", async () => {
  assert.deepEqual(await cameBack("state=s&error=access_denied"), { error: "sign_in_refused" });
  assert.deepEqual(await cameBack("state=s"), { error: "sign_in_refused" });
  script.exchange = () => Promise.reject(refused("never"));
  assert.deepEqual(await cameBack("state=s&code=code-of-the-sign-in-7"), { error: "sign_in_refused" });
  script.exchange = () => Promise.reject(refused("wait"));
  assert.deepEqual(await cameBack("state=s&code=code-of-the-sign-in-7"), { error: "platform_unavailable" });
  assert.doesNotMatch(logs.join(), /code-of-the-sign-in-7/);
  script.exchange = () => Promise.resolve(TOKENS);
  script.accounts = [[]];
  assert.deepEqual(await cameBack("state=s&code=code-of-the-sign-in-7"), { error: "no_accounts" });
  script.accounts = [[account("1001")]];
  assert.deepEqual(await cameBack("state=s&code=code-of-the-sign-in-7", "tiktok"), {
    error: "unknown_platform",
  });
  project.answers.save_choice = databaseError();
  assert.deepEqual(await cameBack("state=s&code=code-of-the-sign-in-7"), { error: "internal_error" });
});

Deno.test("whoever comes back with a state that nobody gave is sent nowhere", async () => {
  project.answers.take_connection_start = refusal(422, "invalid_state", "Nobody has set out so.", "state");
  for (const query of ["", "state=&code=1", "state=s&code=1&redirect_to=https://evil.example"]) {
    const answer = await call(`GET /x/callback?${query}`, undefined, null);
    assert.deepEqual([answer.status, answer.code, answer.headers.get("location")], [
      422,
      "invalid_state",
      null,
    ]);
  }
});

Deno.test("who has several accounts sees them page by page, and which are connected", async () => {
  script.accounts = [[account("1", { of: "Page" })], [account("1001")]];
  project.answers.list_connections = [{ ...row(), limit: null }];
  const first = await call(`GET /choices/${CHOICE_ID}`);
  assert.deepEqual(first.body, {
    platform: "x",
    accounts: [{ externalId: "1", displayName: "@1", avatarUrl: null, of: "Page", isConnected: false }],
    nextCursor: "1",
  });
  const { body } = await call(`GET /choices/${CHOICE_ID}?cursor=1`);
  assert.deepEqual([body.accounts[0].isConnected, body.nextCursor], [true, null]);
});

Deno.test("the one that is chosen is connected, with what is left of its tokens' time", async () => {
  script.accounts = [[account("1")], [account("1001", { settings: { page_id: "7" } })]];
  const { status, body } = await call(`POST /choices/${CHOICE_ID}`, { externalId: "1001" });
  assert.deepEqual([status, body.connection.id], [201, ID]);
  const [saved] = project.callsOf("save_connection");
  assert.deepEqual((saved?.p_account as { settings: unknown }).settings, { page_id: "7" });
  assert.deepEqual(saved?.p_tokens, {
    access_token: "access-1",
    refresh_token: "refresh-1",
    expires_in: 7100,
    refresh_expires_in: null,
  });
  assert.deepEqual(project.callsOf("open_choice").map(({ p_take }) => p_take), [undefined, true], "once");
  await runtime.idle();
  assert.ok(project.called().includes("receive"), "and what waits for it goes on");
});

Deno.test("where a refresh token can be used again, others may be chosen after it; one with tokens of its own has those", async () => {
  script.refreshIsSingleUse = false;
  script.accounts = [[account("1001", { tokens: { ...TOKENS, accessToken: "of-the-page" } })]];
  await call(`POST /choices/${CHOICE_ID}`, { externalId: "1001" });
  assert.deepEqual(project.callsOf("open_choice").map(({ p_take }) => p_take), [undefined]);
  assert.equal(
    (project.callsOf("save_connection")[0]?.p_tokens as { access_token: string }).access_token,
    "of-the-page",
  );
});

Deno.test("nobody chooses what is not theirs, or too late", async () => {
  const none = await call(`POST /choices/${CHOICE_ID}`, { externalId: "2" });
  assert.deepEqual([none.status, none.code], [404, "connection_not_found"]);
  project.answers.open_choice = refusal(410, "choice_expired", "Sign in again.");
  for (const id of [CHOICE_ID, "1", "%00", "start"]) {
    assert.equal((await call(`GET /choices/${id}`)).code, "choice_expired", id);
    assert.equal((await call(`POST /choices/${id}`, { externalId: "1001" })).code, "choice_expired", id);
  }
  assert.deepEqual(project.callsOf("save_connection"), []);
});
