/** Signing in with Threads (docs/platforms/threads.md#signing-in). */
import assert from "node:assert/strict";
import { textOf } from "../../runtime/fake_runtime.ts";
import { refusal } from "../graph/fake_graph.ts";
import { ACCESS_TOKEN, CLIENT_SECRET, errorOf } from "../kit/work_fixture.ts";
import { fakeThreads, threadsAt, USER } from "./fake_threads.ts";
import { oauth } from "./oauth.ts";

const BACK = "https://app.example/functions/v1/connections/threads/callback";
const got = { code: "AQBx-code", redirectUri: BACK };
const tokens = {
  accessToken: ACCESS_TOKEN,
  refreshToken: null,
  expiresIn: null,
  refreshExpiresIn: null,
  scopes: null,
};
const queryOf = (query: URLSearchParams) => Object.fromEntries(query);
const LONG = { access_token: "long-lived-token", token_type: "bearer", expires_in: 5183944 };

Deno.test("the browser is sent to Threads, with the scopes that publishing needs and what the operator adds", async () => {
  const app = threadsAt("", { settings: {} });
  const page = oauth.authorizeUrl(app, { state: "st", redirectUri: BACK });
  assert.equal(page.origin + page.pathname, "https://threads.net/oauth/authorize");
  assert.deepEqual(queryOf(page.searchParams), {
    client_id: "client-id",
    redirect_uri: BACK,
    response_type: "code",
    scope: "threads_basic,threads_content_publish",
    state: "st",
  });
  const scopeOf = (more_scopes: unknown) =>
    oauth.authorizeUrl(threadsAt("", { settings: { more_scopes } }), { state: "s", redirectUri: BACK })
      .searchParams.get("scope");
  assert.equal(
    scopeOf(["threads_manage_replies"]),
    "threads_basic,threads_content_publish,threads_manage_replies",
  );
  const error = await errorOf(() => Promise.resolve(scopeOf("threads_manage_replies")));
  assert.deepEqual([error.failure.class, error.failure.code], ["pause", "misconfigured"]);
});

Deno.test("a code becomes a token of an hour, and that one of sixty days, with what was granted", async () => {
  await using server = fakeThreads();
  // The id of the user is a number that no number keeps.
  server.answer("oauth/access_token", new Response(`{"access_token":"short-lived-token","user_id":${USER}}`));
  server.answer("access_token", LONG);
  server.answer("debug_token", { data: { is_valid: true, scopes: ["threads_basic"], user_id: USER } });
  assert.deepEqual(await oauth.exchange(threadsAt(server.url), { ...got, code: "AQBx-code#_" }), {
    accessToken: "long-lived-token",
    refreshToken: null,
    expiresIn: 5183944,
    refreshExpiresIn: null,
    scopes: ["threads_basic"],
  });
  assert.deepEqual(
    server.requests.map(({ method, path, query, ...body }) => [
      `${method} ${path}`,
      queryOf(query),
      queryOf(new URLSearchParams(textOf(body))),
    ]),
    [
      ["POST /oauth/access_token", {}, {
        client_id: "client-id",
        client_secret: CLIENT_SECRET,
        grant_type: "authorization_code",
        redirect_uri: BACK,
        code: "AQBx-code",
      }],
      ["GET /access_token", {
        grant_type: "th_exchange_token",
        client_secret: CLIENT_SECRET,
        access_token: "short-lived-token",
      }, {}],
      ["GET /v1.0/debug_token", { input_token: "long-lived-token" }, {}],
    ],
  );
});

Deno.test("whoever has signed in stays so where Threads does not tell what was granted", async () => {
  await using server = fakeThreads();
  server.answer("oauth/access_token", { access_token: "short-lived-token" });
  server.answer("access_token", { access_token: "long-lived-token" });
  for (const answer of [refusal(2, undefined, { status: 500 }), { data: "?" }, { data: { scopes: "a" } }]) {
    server.answer("debug_token", answer);
    const { scopes, expiresIn } = await oauth.exchange(threadsAt(server.url), got);
    assert.deepEqual([scopes, expiresIn], [null, null]);
  }
});

Deno.test("the one account is whoever signed in, its id kept to the last digit", async () => {
  await using server = fakeThreads();
  const picture = "https://img.example/ana";
  server.answer(
    "me",
    new Response(`{"id":${USER},"username":"ana","threads_profile_picture_url":"${picture}"}`),
  );
  assert.deepEqual(await oauth.accounts(threadsAt(server.url), tokens), {
    accounts: [{ externalId: USER, displayName: "ana", avatarUrl: picture, of: null, settings: {} }],
    nextCursor: null,
  });
  assert.deepEqual(queryOf(server.requests[0]?.query ?? new URLSearchParams()), {
    fields: "id,username,name,threads_profile_picture_url",
  });
  server.answer("me", { username: "ana" });
  const error = await errorOf(oauth.accounts(threadsAt(server.url), tokens));
  assert.equal(error.failure.code, "malformed_answer");
});

Deno.test("an access is renewed with itself", async () => {
  await using server = fakeThreads();
  server.answer("refresh_access_token", LONG);
  const renewed = await oauth.refresh(threadsAt(server.url), tokens);
  assert.deepEqual([renewed.accessToken, renewed.refreshToken, renewed.expiresIn], [
    "long-lived-token",
    null,
    5183944,
  ]);
  assert.deepEqual(server.requests.map(({ path, query }) => [path, queryOf(query)]), [
    ["/refresh_access_token", { grant_type: "th_refresh_token", access_token: ACCESS_TOKEN }],
  ]);
});

Deno.test("a refresh ends a connection only where the access is gone, and weather and other refusals never do", async () => {
  await using server = fakeThreads();
  const classOf = async (answer: Response | Record<string, unknown>) => {
    server.answer("refresh_access_token", answer);
    return (await errorOf(oauth.refresh(threadsAt(server.url), tokens))).failure.class;
  };
  for (const subcode of [undefined, 458, 460, 463, 467, 490]) {
    assert.equal(await classOf(refusal(190, subcode)), "reconnect", `${subcode}`);
  }
  assert.equal(await classOf(refusal(2, undefined, { status: 500 })), "wait");
  assert.equal(await classOf(refusal(4)), "wait");
  assert.equal(await classOf(refusal(101)), "pause");
  assert.equal(await classOf(refusal(100)), "backoff", "such as a token that is not a day old");
  assert.equal(await classOf({ access_token: "" }), "backoff");
  assert.equal(await classOf({}), "backoff");
});

Deno.test("a code that was used is refused, in either way of saying so", async () => {
  await using server = fakeThreads();
  server.answer(
    "oauth/access_token",
    refusal(100, 36009, { message: "This authorization code has been used." }),
  );
  const graph = await errorOf(oauth.exchange(threadsAt(server.url), got));
  assert.deepEqual([graph.failure.class, graph.failure.code], ["never", "100/36009"]);
  const body = { error_type: "OAuthException", code: 400, error_message: "Invalid code" };
  server.answer("oauth/access_token", Response.json(body, { status: 400 }));
  const own = await errorOf(oauth.exchange(threadsAt(server.url), got));
  assert.deepEqual([own.failure.code, own.failure.message], ["400", "Invalid code"]);
});

Deno.test("access is given back without a call, for there is none", async () => {
  await using server = fakeThreads();
  await oauth.revoke(threadsAt(server.url), tokens);
  assert.equal(server.requests.length, 0);
});

Deno.test("no error of a sign-in holds the secret, the code or a token, though the answer repeats them", async () => {
  await using server = fakeThreads();
  const secrets = [CLIENT_SECRET, ACCESS_TOKEN, got.code];
  server.answer(
    "oauth/access_token",
    (request) => refusal(100, undefined, { message: `Bad request ${request.query} ${textOf(request)}` }),
  );
  server.answer("refresh_access_token", (request) => refusal(190, undefined, { sent: `${request.query}` }));
  const app = threadsAt(server.url);
  for (const call of [() => oauth.exchange(app, got), () => oauth.refresh(app, tokens)]) {
    const { failure, message } = await errorOf(call());
    for (const secret of secrets) {
      assert.ok(!JSON.stringify(failure.raw).includes(secret), secret);
      assert.ok(!`${message} ${failure.message}`.includes(secret), failure.message);
    }
  }
});
