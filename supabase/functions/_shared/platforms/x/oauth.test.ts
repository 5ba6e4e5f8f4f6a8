/** Signing in with X, renewing the access and giving it back: what is sent, and what comes of each answer. */
import assert from "node:assert/strict";
import { textOf } from "../../runtime/fake_runtime.ts";
import { ACCESS_TOKEN, appAt, CLIENT_SECRET, errorOf, REFRESH_TOKEN } from "../kit/work_fixture.ts";
import { fakeX, problem } from "./fake_x.ts";
import { xOAuth } from "./oauth.ts";

const BASIC = `Basic ${btoa(`client-id:${CLIENT_SECRET}`)}`;
const GIVEN = {
  token_type: "bearer",
  expires_in: 7200,
  access_token: "new-access-token",
  refresh_token: "new-refresh-token",
  scope: "tweet.read tweet.write users.read media.write offline.access",
};
const TOKENS = { accessToken: ACCESS_TOKEN, refreshToken: REFRESH_TOKEN };

Deno.test("people are sent to X with a state, the challenge of a verifier and all scopes", () => {
  const ask = { state: "s", redirectUri: "https://app.example/back", challenge: "c" };
  assert.equal(
    xOAuth.authorizeUrl(appAt("x_post", "", { settings: {} }), ask).href,
    "https://x.com/i/oauth2/authorize?response_type=code&client_id=client-id&redirect_uri=https%3A%2F%2Fapp.example%2Fback" +
      "&scope=tweet.read+tweet.write+users.read+media.write+offline.access&state=s&code_challenge=c&code_challenge_method=S256",
  );
  const settings = { base_url: "http://127.0.0.1:54336", oauth_url: "http://127.0.0.1:54337/" };
  assert.match(
    xOAuth.authorizeUrl(appAt("x_post", "", { settings }), ask).href,
    /^http:\/\/127\.0\.0\.1:54337\/i\/oauth2/,
  );
});

Deno.test("a code is traded for tokens by an app that proves itself, with the verifier", async () => {
  await using server = fakeX();
  server.answer("token", GIVEN);
  const got = { code: "the-code-of-x", redirectUri: "https://app.example/back", verifier: "the-verifier" };
  assert.deepEqual(await xOAuth.exchange(appAt("x_post", server.url), got), {
    accessToken: "new-access-token",
    refreshToken: "new-refresh-token",
    expiresIn: 7200,
    refreshExpiresIn: null,
    scopes: ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"],
  });
  const [request] = server.asked("token");
  assert.equal(request?.headers.get("authorization"), BASIC);
  assert.equal(
    textOf(request!),
    "grant_type=authorization_code&code=the-code-of-x&redirect_uri=https%3A%2F%2Fapp.example%2Fback&code_verifier=the-verifier",
  );
});

Deno.test("an app without a secret names itself in the form", async () => {
  await using server = fakeX();
  server.answer("token", GIVEN);
  await xOAuth.refresh(appAt("x_post", server.url, { clientSecret: "" }), TOKENS);
  const [request] = server.asked("token");
  assert.equal(request?.headers.get("authorization"), null);
  assert.equal(
    textOf(request!),
    `grant_type=refresh_token&refresh_token=${REFRESH_TOKEN}&client_id=client-id`,
  );
});

Deno.test("an empty refresh token is none, and neither is a life of nothing", async () => {
  await using server = fakeX();
  server.answer("token", { access_token: "a", refresh_token: "", expires_in: "7200" });
  const { refreshToken, expiresIn, scopes } = await xOAuth.refresh(appAt("x_post", server.url), TOKENS);
  assert.deepEqual([refreshToken, expiresIn, scopes], [null, null, null]);
});

Deno.test("whoever signed in has one account", async () => {
  await using server = fakeX();
  const url = "https://pbs.twimg.com/a_normal.png";
  server.answer("me", { data: { id: "2244994945", name: "Ana", username: "ana", profile_image_url: url } });
  const tokens = { ...TOKENS, expiresIn: 1, refreshExpiresIn: null, scopes: null };
  assert.deepEqual(await xOAuth.accounts(appAt("x_post", server.url), tokens), {
    accounts: [{
      externalId: "2244994945",
      displayName: "ana",
      avatarUrl: url,
      of: null,
      settings: { username: "ana" },
    }],
    nextCursor: null,
  });
  const [request] = server.asked("me");
  assert.deepEqual([request?.headers.get("authorization"), request?.query.toString()], [
    `Bearer ${ACCESS_TOKEN}`,
    "user.fields=profile_image_url",
  ]);
});

/** Status, body, and what it means for a refresh and for a sign-in: class, scope, code. */
const REFUSALS: readonly (readonly [number, unknown, string, string])[] = [
  [
    400,
    { error: "invalid_request", error_description: "Value passed for the token was invalid." },
    ...both("grant_gone"),
  ],
  [400, { error: "invalid_grant" }, ...both("grant_gone")],
  [400, { title: "Invalid Request", detail: "…", type: "about:blank" }, ...both("grant_gone")],
  [
    401,
    { error: "unauthorized_client", error_description: "Missing valid authorization header" },
    ...all("pause platform misconfigured"),
  ],
  [400, { error: "invalid_client" }, ...all("pause platform misconfigured")],
  [429, { title: "Too Many Requests" }, ...all("wait publication rate_limited")],
  [500, { title: "Internal Server Error" }, ...all("wait publication http_500")],
  [503, "<html>", ...all("wait publication http_503")],
  [400, "", ...all("backoff publication http_400")],
  [401, "", ...all("backoff publication http_401")],
  [403, "<html>Who are you?</html>", ...all("backoff publication http_403")],
  [200, { token_type: "bearer" }, ...all("backoff publication malformed_answer")],
  [200, "<html>", ...all("backoff publication malformed_answer")],
];

function both(refresh: string): [string, string] {
  return [`reconnect connection ${refresh}`, "never connection sign_in_refused"];
}

function all(verdict: string): [string, string] {
  return [verdict, verdict];
}

for (const [status, body, refresh, signIn] of REFUSALS) {
  Deno.test(`${status} ${JSON.stringify(body)} ends a refresh as ${refresh}, a sign-in as ${signIn}`, async () => {
    await using server = fakeX();
    server.answer("token", new Response(typeof body === "string" ? body : JSON.stringify(body), { status }));
    const app = appAt("x_post", server.url);
    const verdictOf = async (call: Promise<unknown>) => {
      const { failure, isUnreachable } = await errorOf(call);
      assert.equal(isUnreachable, status >= 500);
      return `${failure.class} ${failure.scope} ${failure.code}`;
    };
    assert.equal(await verdictOf(xOAuth.refresh(app, TOKENS)), refresh);
    assert.equal(
      await verdictOf(xOAuth.exchange(app, { code: "c", redirectUri: "https://a.example" })),
      signIn,
    );
  });
}

Deno.test("without a refresh token the account is connected again: nothing is asked", async () => {
  await using server = fakeX();
  for (const refreshToken of [null, ""]) {
    const { failure } = await errorOf(
      xOAuth.refresh(appAt("x_post", server.url), { accessToken: "a", refreshToken }),
    );
    assert.deepEqual([failure.class, failure.code], ["reconnect", "grant_gone"]);
  }
  assert.equal(server.requests.length, 0);
});

Deno.test("no word of a refusal holds what was sent", async () => {
  await using server = fakeX();
  const said = {
    error: "invalid_request",
    error_description: `No ${REFRESH_TOKEN} of ${BASIC.slice(6)}, ${CLIENT_SECRET}`,
  };
  server.answer("token", new Response(JSON.stringify(said), { status: 400 }));
  const { failure } = await errorOf(xOAuth.refresh(appAt("x_post", server.url), TOKENS));
  assert.deepEqual([failure.message, failure.raw], [
    "No [redacted] of [redacted], [redacted]",
    { ...said, error_description: "No [redacted] of [redacted], [redacted]" },
  ]);
});

Deno.test("the whole grant is given back; what X does not know any more is given back already", async () => {
  await using server = fakeX();
  server.answer("revoke", { revoked: true }, Response.json({ error: "invalid_request" }, { status: 400 }));
  await xOAuth.revoke(appAt("x_post", server.url), TOKENS);
  assert.deepEqual(server.asked("revoke").map(textOf), [
    `token=${REFRESH_TOKEN}&token_type_hint=refresh_token`,
    `token=${ACCESS_TOKEN}&token_type_hint=access_token`,
  ]);
  server.answer("revoke", problem(503));
  assert.equal((await errorOf(xOAuth.revoke(appAt("x_post", server.url), TOKENS))).failure.class, "wait");
});
