/** Signing in, with Facebook and with Instagram (docs/platforms/instagram.md#logins). */
import assert from "node:assert/strict";
import { textOf } from "../../runtime/fake_runtime.ts";
import { ACCESS_TOKEN, CLIENT_SECRET, errorOf } from "../kit/work_fixture.ts";
import type { PlatformApp } from "../platform.ts";
import { refusal } from "../graph/fake_graph.ts";
import { fakeInstagram, instagramAt, USER } from "./fake_instagram.ts";
import { oauth } from "./oauth.ts";

const BACK = "https://app.example/functions/v1/connections/instagram/callback";
const got = { code: "AQBx-code", redirectUri: BACK };
const tokens = {
  accessToken: ACCESS_TOKEN,
  refreshToken: null,
  expiresIn: null,
  refreshExpiresIn: null,
  scopes: null,
};
const withInstagram = (url: string): PlatformApp =>
  instagramAt(url, { settings: { base_url: url, login: "instagram" } });
const real = (settings: Record<string, unknown> = {}): PlatformApp => instagramAt("", { settings });
const queryOf = (query: URLSearchParams) => Object.fromEntries(query);

Deno.test("the browser is sent to Facebook, or to Instagram, with the scopes of each", () => {
  const facebook = oauth.authorizeUrl(real(), { state: "st", redirectUri: BACK });
  assert.equal(facebook.origin + facebook.pathname, "https://www.facebook.com/v27.0/dialog/oauth");
  assert.deepEqual(queryOf(facebook.searchParams), {
    client_id: "client-id",
    redirect_uri: BACK,
    response_type: "code",
    scope: "instagram_basic,instagram_content_publish,pages_read_engagement,pages_show_list",
    state: "st",
  });
  const instagram = oauth.authorizeUrl(real({ login: "instagram" }), { state: "st", redirectUri: BACK });
  assert.equal(instagram.origin + instagram.pathname, "https://www.instagram.com/oauth/authorize");
  assert.equal(
    instagram.searchParams.get("scope"),
    "instagram_business_basic,instagram_business_content_publish",
  );
});

Deno.test("operators ask for more scopes, and for no nonsense", async () => {
  const scopeOf = (more_scopes: unknown) =>
    oauth.authorizeUrl(real({ more_scopes, login: "instagram" }), { state: "s", redirectUri: BACK })
      .searchParams.get("scope");
  assert.equal(
    scopeOf(["business_management", "instagram_business_basic"]),
    "instagram_business_basic,instagram_business_content_publish,business_management",
  );
  for (const nonsense of ["business_management", [1], ["a,b"], {}]) {
    const error = await errorOf(() => Promise.resolve(scopeOf(nonsense)));
    assert.deepEqual([error.failure.class, error.failure.code], ["pause", "misconfigured"]);
  }
});

Deno.test("a login that is neither of the two is the operator's mistake", async () => {
  for (const login of ["google", "", 1, "Facebook"]) {
    const error = await errorOf(() => oauth.authorizeUrl(real({ login }), { state: "s", redirectUri: BACK }));
    assert.deepEqual([error.failure.class, error.failure.code], ["pause", "misconfigured"]);
  }
});

Deno.test("with Facebook, a code becomes a token of an hour, and that one of sixty days, with what was granted", async () => {
  await using server = fakeInstagram();
  server.answer(
    "oauth/access_token",
    { access_token: "short-lived-token", token_type: "bearer", expires_in: 3600 },
    { access_token: "long-lived-token", token_type: "bearer", expires_in: 5183944 },
  );
  server.answer("me/permissions", {
    data: [
      { permission: "instagram_basic", status: "granted" },
      { permission: "instagram_content_publish", status: "declined" },
    ],
  });
  assert.deepEqual(await oauth.exchange(instagramAt(server.url), got), {
    accessToken: "long-lived-token",
    refreshToken: null,
    expiresIn: 5183944,
    refreshExpiresIn: null,
    scopes: ["instagram_basic"],
  });
  assert.deepEqual(server.requests.map(({ path, query }) => [path, queryOf(query)]), [
    ["/v27.0/oauth/access_token", {
      client_id: "client-id",
      client_secret: CLIENT_SECRET,
      redirect_uri: BACK,
      code: "AQBx-code",
    }],
    ["/v27.0/oauth/access_token", {
      grant_type: "fb_exchange_token",
      client_id: "client-id",
      client_secret: CLIENT_SECRET,
      fb_exchange_token: "short-lived-token",
    }],
    ["/v27.0/me/permissions", {}],
  ]);
  assert.equal(server.requests[2]?.headers.get("authorization"), "Bearer long-lived-token");
});

Deno.test("whoever has signed in stays so where Facebook does not tell what was granted", async () => {
  await using server = fakeInstagram();
  server.answer("oauth/access_token", { access_token: "long-lived-token" });
  for (const answer of [refusal(2, undefined, { status: 500 }), { data: "?" }]) {
    server.answer("me/permissions", answer);
    const { scopes, expiresIn } = await oauth.exchange(instagramAt(server.url), got);
    assert.deepEqual([scopes, expiresIn], [null, null]);
  }
});

Deno.test("with Instagram, the code is traded at its own address, then at the graph, both without a version", async () => {
  await using server = fakeInstagram();
  const short = {
    access_token: "short-lived-token",
    user_id: 17841400000000001,
    permissions: ["instagram_business_basic"],
  };
  for (const first of [short, { data: [{ ...short, permissions: "instagram_business_basic" }] }]) {
    server.requests.length = 0;
    server.answer("oauth/access_token", first);
    server.answer("access_token", {
      access_token: "long-lived-token",
      token_type: "bearer",
      expires_in: 5184000,
    });
    const given = await oauth.exchange(withInstagram(server.url), { ...got, code: "AQBx-code#_" });
    assert.deepEqual([given.accessToken, given.expiresIn, given.scopes], [
      "long-lived-token",
      5184000,
      ["instagram_business_basic"],
    ]);
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
          grant_type: "ig_exchange_token",
          client_secret: CLIENT_SECRET,
          access_token: "short-lived-token",
        }, {}],
      ],
    );
  }
});

Deno.test("accounts come page by page; pages without one are left out, and the last page has no next", async () => {
  await using server = fakeInstagram();
  const business = (id: string) => ({
    id,
    username: `user_${id}`,
    name: "Ana",
    profile_picture_url: `https://img.example/${id}`,
  });
  server.answer(
    "me/accounts",
    {
      data: [
        { id: "1001", name: "Bakery", instagram_business_account: business("1") },
        { id: "1002", name: "No account" },
        { id: "1003", name: "Null", instagram_business_account: null },
        "nonsense",
      ],
      paging: { cursors: { before: "b", after: "cursor-1" }, next: "https://graph.facebook.com/…" },
    },
    {
      data: [{ id: "1004", name: "Garage", instagram_business_account: business("2") }],
      paging: { cursors: { before: "b", after: "cursor-2" } },
    },
  );
  const app = instagramAt(server.url);
  const first = await oauth.accounts(app, tokens);
  assert.deepEqual(first, {
    accounts: [{
      externalId: "1",
      displayName: "user_1",
      avatarUrl: "https://img.example/1",
      of: "Bakery",
      settings: { page_id: "1001" },
    }],
    nextCursor: "cursor-1",
  });
  const second = await oauth.accounts(app, tokens, first.nextCursor ?? undefined);
  assert.deepEqual([second.accounts.map(({ externalId }) => externalId), second.nextCursor], [["2"], null]);
  const fields = "id,name,instagram_business_account{id,username,name,profile_picture_url}";
  assert.deepEqual(server.requests.map(({ query }) => queryOf(query)), [
    { fields, limit: "50" },
    { fields, limit: "50", after: "cursor-1" },
  ]);
  server.answer("me/accounts", { data: [] });
  assert.deepEqual(await oauth.accounts(app, tokens), { accounts: [], nextCursor: null });
});

Deno.test("with Instagram, the one account is whoever signed in", async () => {
  await using server = fakeInstagram();
  server.answer("me", {
    id: "999",
    user_id: USER,
    username: "ana",
    profile_picture_url: "https://img.example/a",
  });
  assert.deepEqual(await oauth.accounts(withInstagram(server.url), tokens), {
    accounts: [{
      externalId: USER,
      displayName: "ana",
      avatarUrl: "https://img.example/a",
      of: null,
      settings: {},
    }],
    nextCursor: null,
  });
  server.answer("me", { id: "999" });
  const error = await errorOf(oauth.accounts(withInstagram(server.url), tokens));
  assert.equal(error.failure.code, "malformed_answer");
});

Deno.test("an access is renewed with itself: at Facebook by an exchange, at Instagram by a refresh", async () => {
  await using server = fakeInstagram();
  server.answer("oauth/access_token", { access_token: "renewed-token", expires_in: 5183944 });
  server.answer("refresh_access_token", { access_token: "renewed-token", expires_in: 5184000 });
  const renewed = await oauth.refresh(instagramAt(server.url), tokens);
  assert.deepEqual([renewed.accessToken, renewed.refreshToken, renewed.expiresIn], [
    "renewed-token",
    null,
    5183944,
  ]);
  await oauth.refresh(withInstagram(server.url), tokens);
  assert.deepEqual(server.requests.map(({ path, query }) => [path, queryOf(query)]), [
    ["/v27.0/oauth/access_token", {
      grant_type: "fb_exchange_token",
      client_id: "client-id",
      client_secret: CLIENT_SECRET,
      fb_exchange_token: ACCESS_TOKEN,
    }],
    ["/refresh_access_token", { grant_type: "ig_refresh_token", access_token: ACCESS_TOKEN }],
  ]);
});

Deno.test("a refresh ends a connection only where the access is gone, and weather and other refusals never do", async () => {
  await using server = fakeInstagram();
  for (const app of [instagramAt(server.url), withInstagram(server.url)]) {
    const classOf = async (answer: Response | Record<string, unknown>) => {
      for (const endpoint of ["oauth/access_token", "refresh_access_token"]) server.answer(endpoint, answer);
      return (await errorOf(oauth.refresh(app, tokens))).failure.class;
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
  }
});

Deno.test("a code that was used is refused, in Instagram's own way of saying so too", async () => {
  await using server = fakeInstagram();
  server.answer(
    "oauth/access_token",
    refusal(100, 36009, { message: "This authorization code has been used." }),
  );
  const facebook = await errorOf(oauth.exchange(instagramAt(server.url), got));
  assert.deepEqual([facebook.failure.class, facebook.failure.code], ["never", "100/36009"]);
  server.answer(
    "oauth/access_token",
    Response.json({ error_type: "OAuthException", code: 400, error_message: "Invalid code" }, {
      status: 400,
    }),
  );
  const instagram = await errorOf(oauth.exchange(withInstagram(server.url), got));
  assert.deepEqual([instagram.failure.code, instagram.failure.message], ["400", "Invalid code"]);
});

Deno.test("access is given back, or was gone already", async () => {
  await using server = fakeInstagram();
  for (const app of [instagramAt(server.url), withInstagram(server.url)]) {
    for (const answer of [{ success: true }, refusal(190), refusal(190, 458)]) {
      server.answer("DELETE me/permissions", answer);
      await oauth.revoke(app, tokens);
    }
    server.answer("DELETE me/permissions", refusal(2, undefined, { status: 503 }));
    assert.equal((await errorOf(oauth.revoke(app, tokens))).failure.class, "wait");
  }
  server.answer("DELETE me/permissions", refusal(100));
  await oauth.revoke(withInstagram(server.url), tokens);
  assert.equal((await errorOf(oauth.revoke(instagramAt(server.url), tokens))).failure.class, "never");
  assert.equal(server.asked("DELETE me/permissions").length, 10);
});

Deno.test("no error of a sign-in holds the secret, the code or a token, though the answer repeats them", async () => {
  await using server = fakeInstagram();
  const secrets = [CLIENT_SECRET, ACCESS_TOKEN, got.code];
  server.answer(
    "oauth/access_token",
    (request) => refusal(100, undefined, { message: `Bad request ${request.query} ${textOf(request)}` }),
  );
  server.answer("refresh_access_token", (request) => refusal(190, undefined, { sent: `${request.query}` }));
  for (const app of [instagramAt(server.url), withInstagram(server.url)]) {
    for (const call of [() => oauth.exchange(app, got), () => oauth.refresh(app, tokens)]) {
      const { failure, message } = await errorOf(call());
      for (const secret of secrets) assert.ok(!JSON.stringify(failure.raw).includes(secret), secret);
      for (const secret of secrets) {
        assert.ok(!`${message} ${failure.message}`.includes(secret), failure.message);
      }
    }
  }
});
