/** Signing in with TikTok, renewing the access and giving it back: what is sent, and what comes of each answer. */
import assert from "node:assert/strict";
import { textOf } from "../../runtime/fake_runtime.ts";
import { ACCESS_TOKEN, appAt, CLIENT_SECRET, errorOf, REFRESH_TOKEN } from "../kit/work_fixture.ts";
import { fakeTikTok, ok, refusal } from "./fake_tiktok.ts";
import { tiktokOAuth } from "./oauth.ts";

const GIVEN = {
  access_token: "act.new",
  expires_in: 7200,
  open_id: "open-id-1",
  refresh_expires_in: 15_552_000,
  refresh_token: "rft.new",
  scope: "user.info.basic,video.publish, video.upload",
  token_type: "Bearer",
};
const READ = {
  accessToken: "act.new",
  refreshToken: "rft.new",
  expiresIn: 7200,
  refreshExpiresIn: 15_552_000,
  scopes: ["user.info.basic", "video.publish", "video.upload"],
};
const TOKENS = { accessToken: ACCESS_TOKEN, refreshToken: REFRESH_TOKEN };
const appOf = (url: string) => appAt("tiktok_video", url);
const oauthError = (status: number, error: string, error_description = "No.") =>
  Response.json({ error, error_description, log_id: "1" }, { status });

Deno.test("people are sent to TikTok with the app's key, a state and all scopes, and no challenge", () => {
  const ask = { state: "s", redirectUri: "https://app.example/back" };
  assert.equal(
    tiktokOAuth.authorizeUrl(appAt("tiktok_video", "", { settings: {} }), ask).href,
    "https://www.tiktok.com/v2/auth/authorize/?client_key=client-id&scope=user.info.basic%2Cvideo.publish%2Cvideo.upload" +
      "&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=s",
  );
  assert.deepEqual([tiktokOAuth.usesPkce, tiktokOAuth.refreshIsSingleUse], [false, true]);
});

Deno.test("a code is traded for tokens, whose lives TikTok says itself", async () => {
  await using server = fakeTikTok();
  server.answer("token", GIVEN);
  const got = { code: "the*code!of-tiktok", redirectUri: "https://app.example/back" };
  assert.deepEqual(await tiktokOAuth.exchange(appOf(server.url), got), READ);
  assert.equal(
    textOf(server.asked("token")[0]!),
    `client_key=client-id&client_secret=${CLIENT_SECRET}&code=the*code%21of-tiktok&grant_type=authorization_code` +
      "&redirect_uri=https%3A%2F%2Fapp.example%2Fback",
  );
});

Deno.test("an access is renewed with a token that is good for one use, and brings the next", async () => {
  await using server = fakeTikTok();
  server.answer("token", GIVEN);
  assert.deepEqual(await tiktokOAuth.refresh(appOf(server.url), TOKENS), READ);
  assert.equal(
    textOf(server.asked("token")[0]!),
    `client_key=client-id&client_secret=${CLIENT_SECRET}&grant_type=refresh_token&refresh_token=${REFRESH_TOKEN}`,
  );
  server.answer("token", { ...GIVEN, refresh_token: "", expires_in: null, scope: "" });
  const bare = await tiktokOAuth.refresh(appOf(server.url), TOKENS);
  assert.deepEqual([bare.refreshToken, bare.expiresIn, bare.scopes], [null, null, null]);
  const none = await errorOf(tiktokOAuth.refresh(appOf(server.url), { ...TOKENS, refreshToken: null }));
  assert.deepEqual([none.failure.class, none.failure.code], ["reconnect", "grant_gone"]);
});

Deno.test("whoever signed in is one account", async () => {
  await using server = fakeTikTok();
  const user = { open_id: "open-id-1", display_name: "Ana", avatar_url: "https://p.example/a.jpg" };
  server.answer("user", ok({ user }));
  const { accounts, nextCursor } = await tiktokOAuth.accounts(appOf(server.url), {
    ...READ,
    accessToken: ACCESS_TOKEN,
  });
  assert.deepEqual([accounts, nextCursor], [[{
    externalId: "open-id-1",
    displayName: "Ana",
    avatarUrl: "https://p.example/a.jpg",
    of: null,
    settings: {},
  }], null]);
  assert.equal(server.asked("user")[0]?.query.get("fields"), "open_id,avatar_url,display_name");
  server.answer("user", ok({}));
  assert.equal(
    (await errorOf(tiktokOAuth.accounts(appOf(server.url), READ))).failure.code,
    "malformed_answer",
  );
  server.answer("user", refusal(401, "scope_not_authorized"));
  assert.match(
    (await errorOf(tiktokOAuth.accounts(appOf(server.url), READ))).failure.message,
    /user\.info\.basic/,
  );
});

Deno.test("what is wrong with a grant ends it, with the app pauses, and is told in the body whatever the status", async () => {
  await using server = fakeTikTok();
  const refreshed = async (answer: Response) => {
    server.answer("token", answer);
    const { failure, isUnreachable } = await errorOf(tiktokOAuth.refresh(appOf(server.url), TOKENS));
    assert.doesNotMatch(JSON.stringify(failure), new RegExp(`${REFRESH_TOKEN}|${CLIENT_SECRET}`));
    return `${failure.class} ${failure.code}${isUnreachable ? " away" : ""}`;
  };
  for (const status of [200, 400, 401]) {
    assert.equal(await refreshed(oauthError(status, "invalid_grant")), "reconnect grant_gone");
    assert.equal(
      await refreshed(oauthError(status, "invalid_request", REFRESH_TOKEN)),
      "reconnect grant_gone",
    );
    assert.equal(await refreshed(oauthError(status, "access_denied")), "reconnect grant_gone");
    for (const code of ["invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"]) {
      assert.equal(await refreshed(oauthError(status, code)), "pause misconfigured");
    }
    assert.equal(await refreshed(oauthError(status, "server_busy")), "backoff server_busy");
  }
  assert.equal(await refreshed(refusal(429, "rate_limit_exceeded")), "wait rate_limited");
  assert.equal(await refreshed(refusal(400, "invalid_param")), "backoff http_400");
  assert.equal(await refreshed(new Response("<html>", { status: 400 })), "backoff http_400");
  assert.equal(await refreshed(oauthError(503, "invalid_grant")), "wait http_503 away");
  assert.equal(await refreshed(Response.json({ expires_in: 1 })), "backoff malformed_answer");
});

Deno.test("a sign-in that is refused is nobody's connection", async () => {
  await using server = fakeTikTok();
  server.answer("token", oauthError(400, "invalid_grant"));
  const got = { code: "c", redirectUri: "https://app.example/back" };
  const { failure } = await errorOf(tiktokOAuth.exchange(appOf(server.url), got));
  assert.deepEqual([failure.class, failure.code], ["never", "sign_in_refused"]);
});

Deno.test("an access is given back, also one that is gone; trouble is tried again", async () => {
  await using server = fakeTikTok();
  server.answer("revoke", {}, oauthError(200, "invalid_grant"), oauthError(400, "invalid_request"));
  for (let n = 0; n < 3; n++) await tiktokOAuth.revoke(appOf(server.url), TOKENS);
  assert.equal(
    textOf(server.asked("revoke")[0]!),
    `client_key=client-id&client_secret=${CLIENT_SECRET}&token=${ACCESS_TOKEN}`,
  );
  server.answer("revoke", new Response("", { status: 503 }));
  assert.equal((await errorOf(tiktokOAuth.revoke(appOf(server.url), TOKENS))).isUnreachable, true);
  server.answer("revoke", oauthError(401, "invalid_client"));
  assert.equal((await errorOf(tiktokOAuth.revoke(appOf(server.url), TOKENS))).failure.code, "misconfigured");
});
