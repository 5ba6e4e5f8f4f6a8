/** Signing in with Google, renewing the access and giving it back: what is sent, and what comes of each answer. */
import assert from "node:assert/strict";
import { textOf } from "../../runtime/fake_runtime.ts";
import { ACCESS_TOKEN, appAt, CLIENT_SECRET, errorOf, REFRESH_TOKEN } from "../kit/work_fixture.ts";
import { CHANNEL, fakeYouTube, listed, problem } from "./fake_youtube.ts";
import { youtubeOAuth } from "./oauth.ts";

const GIVEN = {
  access_token: "ya29.new",
  refresh_token: "1//new",
  expires_in: 3599,
  scope: "https://www.googleapis.com/auth/youtube.upload https://www.googleapis.com/auth/youtube.readonly",
  token_type: "Bearer",
};
const TOKENS = { accessToken: ACCESS_TOKEN, refreshToken: REFRESH_TOKEN };
const SIGNED_IN = { ...TOKENS, expiresIn: 1, refreshExpiresIn: null, scopes: null };
const app = (url: string) => appAt("youtube_video", url);
const oauthError = (error: string, status = 400) =>
  Response.json({ error, error_description: `It says ${error}.` }, { status });

Deno.test("people are sent to Google with a state, a challenge, and the wish for a refresh token", () => {
  const ask = { state: "s", redirectUri: "https://app.example/back", challenge: "c" };
  assert.equal(
    youtubeOAuth.authorizeUrl(appAt("youtube_video", "", { settings: {} }), ask).href,
    "https://accounts.google.com/o/oauth2/v2/auth?response_type=code&client_id=client-id" +
      "&redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fyoutube.upload" +
      "+https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fyoutube.readonly&state=s&access_type=offline&prompt=consent" +
      "&code_challenge=c&code_challenge_method=S256",
  );
});

Deno.test("a code is traded for tokens by an app that proves itself, with the verifier", async () => {
  await using server = fakeYouTube();
  server.answer("token", GIVEN);
  const got = { code: "4/code", redirectUri: "https://app.example/back", verifier: "the-verifier" };
  assert.deepEqual(await youtubeOAuth.exchange(app(server.url), got), {
    accessToken: "ya29.new",
    refreshToken: "1//new",
    expiresIn: 3599,
    refreshExpiresIn: null,
    scopes: [...youtubeOAuth.scopes],
  });
  assert.equal(
    textOf(server.asked("token")[0]!),
    "grant_type=authorization_code&code=4%2Fcode&redirect_uri=https%3A%2F%2Fapp.example%2Fback" +
      `&client_id=client-id&client_secret=${CLIENT_SECRET}&code_verifier=the-verifier`,
  );
});

Deno.test("a refresh gives no other refresh token: the one that is there stays; an empty one is none", async () => {
  await using server = fakeYouTube();
  const { refresh_token: _, ...without } = GIVEN;
  server.answer("token", without, { ...GIVEN, refresh_token: "" }, {
    ...without,
    refresh_token_expires_in: 604_799,
  });
  assert.equal((await youtubeOAuth.refresh(app(server.url), TOKENS)).refreshToken, null);
  assert.equal((await youtubeOAuth.refresh(app(server.url), TOKENS)).refreshToken, null);
  assert.equal((await youtubeOAuth.refresh(app(server.url), TOKENS)).refreshExpiresIn, 604_799);
  assert.equal(
    textOf(server.asked("token")[0]!),
    `grant_type=refresh_token&refresh_token=${REFRESH_TOKEN}&client_id=client-id&client_secret=${CLIENT_SECRET}`,
  );
});

/** What a refresh is answered, and what comes of it. */
const REFUSALS: readonly (readonly [string, () => Response, string])[] = [
  ["invalid_grant", () => oauthError("invalid_grant"), "reconnect connection grant_gone"],
  ["admin_policy_enforced", () => oauthError("admin_policy_enforced"), "reconnect connection grant_gone"],
  ["invalid_client", () => oauthError("invalid_client", 401), "pause platform misconfigured"],
  ["unauthorized_client", () => oauthError("unauthorized_client"), "pause platform misconfigured"],
  ["deleted_client", () => oauthError("deleted_client", 401), "pause platform misconfigured"],
  ["org_internal", () => oauthError("org_internal", 403), "pause platform misconfigured"],
  ["invalid_request", () => oauthError("invalid_request"), "backoff publication http_400"],
  ["a page", () => new Response("<html>", { status: 400 }), "backoff publication http_400"],
  ["its own trouble", () => new Response("<html>", { status: 503 }), "wait publication http_503"],
  ["too many", () => problem(429, { reason: "rateLimitExceeded" }), "wait publication rateLimitExceeded"],
];

for (const [what, answer, said] of REFUSALS) {
  Deno.test(`a refresh that is answered ${what}: ${said}`, async () => {
    await using server = fakeYouTube();
    server.answer("token", answer());
    const { failure } = await errorOf(youtubeOAuth.refresh(app(server.url), TOKENS));
    assert.equal(`${failure.class} ${failure.scope} ${failure.code}`, said);
    assert.ok(!JSON.stringify(failure).includes(REFRESH_TOKEN));
  });
}

Deno.test("without a refresh token there is nothing to be renewed", async () => {
  const refreshes = ["", null].map((refreshToken) =>
    errorOf(youtubeOAuth.refresh(app("http://127.0.0.1:9"), { accessToken: ACCESS_TOKEN, refreshToken }))
  );
  for (const { failure } of await Promise.all(refreshes)) assert.equal(failure.code, "grant_gone");
});

Deno.test("a code that is none is a sign-in that was refused", async () => {
  await using server = fakeYouTube();
  server.answer("token", oauthError("invalid_grant"));
  const { failure } = await errorOf(
    youtubeOAuth.exchange(app(server.url), { code: "x", redirectUri: "https://app.example" }),
  );
  assert.deepEqual([failure.class, failure.code], ["never", "sign_in_refused"]);
});

Deno.test("the channels of whoever signed in, a page at a time; those that cannot be read are left out", async () => {
  await using server = fakeYouTube();
  const url = "https://yt3.example/a.jpg";
  server.answer("channels", {
    items: [
      { id: CHANNEL, snippet: { title: "Ana", customUrl: "@ana", thumbnails: { default: { url } } } },
      { snippet: {} },
    ],
    nextPageToken: "CAUQAA",
  }, listed());
  assert.deepEqual(await youtubeOAuth.accounts(app(server.url), SIGNED_IN), {
    accounts: [{ externalId: CHANNEL, displayName: "Ana", avatarUrl: url, of: null, settings: {} }],
    nextCursor: "CAUQAA",
  });
  assert.equal((await youtubeOAuth.accounts(app(server.url), SIGNED_IN, "CAUQAA")).accounts.length, 0);
  assert.deepEqual(server.asked("channels").map(({ query }) => query.toString()), [
    "part=snippet&mine=true&maxResults=50",
    "part=snippet&mine=true&maxResults=50&pageToken=CAUQAA",
  ]);
});

Deno.test("who has no channel has no accounts, however Google says it", async () => {
  await using server = fakeYouTube();
  server.answer(
    "channels",
    { kind: "youtube#channelListResponse" },
    problem(401, { reason: "youtubeSignupRequired" }),
  );
  const none = { accounts: [], nextCursor: null };
  assert.deepEqual(await youtubeOAuth.accounts(app(server.url), SIGNED_IN), none);
  assert.deepEqual(await youtubeOAuth.accounts(app(server.url), SIGNED_IN), none);
});

Deno.test("the grant is given back by its refresh token; what Google does not know is given back", async () => {
  await using server = fakeYouTube();
  server.answer("revoke", {}, oauthError("invalid_token"), new Response("<html>", { status: 502 }));
  await youtubeOAuth.revoke(app(server.url), TOKENS);
  await youtubeOAuth.revoke(app(server.url), { accessToken: ACCESS_TOKEN, refreshToken: null });
  assert.deepEqual(server.asked("revoke").map((request) => textOf(request)), [
    `token=${REFRESH_TOKEN}`,
    `token=${ACCESS_TOKEN}`,
  ]);
  assert.equal((await errorOf(youtubeOAuth.revoke(app(server.url), TOKENS))).isUnreachable, true);
});
