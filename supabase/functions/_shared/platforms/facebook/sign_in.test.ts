/** Signing in for pages, and what becomes of their access. */
import assert from "node:assert/strict";
import { ACCESS_TOKEN, CLIENT_SECRET, errorOf } from "../kit/work_fixture.ts";
import type { Tokens } from "../platform.ts";
import { uploadAddress } from "./address.ts";
import { refusal } from "../graph/fake_graph.ts";
import { facebookAt, fakeFacebook, PAGE } from "./fake_facebook.ts";
import { oauth } from "./oauth.ts";
import { pagesIn } from "./pages.ts";
import { keptPerson, personIn } from "./person.ts";

const BACK = "https://app.example/back";
const TOKENS: Tokens = {
  accessToken: ACCESS_TOKEN,
  refreshToken: null,
  expiresIn: 5_184_000,
  refreshExpiresIn: null,
  scopes: ["pages_show_list"],
};
const real = (settings: Record<string, unknown> = {}) => ({ ...facebookAt(""), settings });

Deno.test("people are sent to Facebook's dialog, at the version of the row, for what pages need", () => {
  const url = oauth.authorizeUrl(real({ more_scopes: ["business_management"] }), {
    state: "st",
    redirectUri: BACK,
  });
  assert.equal(url.origin + url.pathname, "https://www.facebook.com/v27.0/dialog/oauth");
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    client_id: "client-id",
    redirect_uri: BACK,
    response_type: "code",
    scope: "pages_show_list,pages_manage_posts,pages_read_engagement,business_management",
    state: "st",
  });
});

Deno.test("without a version nobody is sent anywhere", () => {
  assert.throws(
    () => oauth.authorizeUrl({ ...real(), apiVersion: null }, { state: "s", redirectUri: BACK }),
    /v27\.0/,
  );
});

Deno.test("a code becomes a token of an hour, and that one of sixty days, before pages are asked for", async () => {
  await using server = fakeFacebook();
  server.answer(
    "oauth/access_token",
    { access_token: "short", token_type: "bearer", expires_in: 3600 },
    { access_token: ACCESS_TOKEN, token_type: "bearer", expires_in: 5_184_000 },
  );
  server.answer("me/permissions", {
    data: [{ permission: "pages_show_list", status: "granted" }, {
      permission: "pages_manage_posts",
      status: "declined",
    }],
  });
  assert.deepEqual(await oauth.exchange(facebookAt(server.url), { code: "c", redirectUri: BACK }), TOKENS);
  const [first, second] = server.requests.map(({ query }) => Object.fromEntries(query));
  assert.deepEqual(first, {
    client_id: "client-id",
    client_secret: CLIENT_SECRET,
    redirect_uri: BACK,
    code: "c",
  });
  assert.deepEqual(second, {
    grant_type: "fb_exchange_token",
    client_id: "client-id",
    client_secret: CLIENT_SECRET,
    fb_exchange_token: "short",
  });
});

const page = (n: number, more: Record<string, unknown> = {}) => ({
  id: `${n}`,
  name: `Page ${n}`,
  access_token: `page-token-${n}`,
  tasks: ["ANALYZE", "CREATE_CONTENT"],
  picture: { data: { url: `https://a.example/${n}.jpg` } },
  ...more,
});

Deno.test("a page is there for whoever may publish on it, be they its owner or not, with a token of its own", () => {
  const body = {
    data: [
      page(1),
      page(2, { tasks: ["ANALYZE", "MODERATE"] }),
      page(3, { tasks: ["CREATE_CONTENT"], picture: undefined }),
      page(4, { tasks: undefined }),
      page(5, { access_token: undefined }),
      page(6, { tasks: [] }),
      { name: "no id" },
      null,
    ],
    paging: { cursors: { after: "cursor-1" }, next: "https://graph.facebook.com/next" },
  };
  const found = pagesIn(body, TOKENS);
  assert.deepEqual(found?.accounts.map(({ externalId }) => externalId), ["1", "3", "4"]);
  assert.deepEqual(found?.accounts[0], {
    externalId: "1",
    displayName: "Page 1",
    avatarUrl: "https://a.example/1.jpg",
    of: null,
    settings: {},
    tokens: {
      accessToken: "page-token-1",
      refreshToken: `1|${ACCESS_TOKEN}`,
      expiresIn: null,
      refreshExpiresIn: null,
      scopes: ["pages_show_list"],
    },
  });
  assert.equal(found?.nextCursor, "cursor-1");
  assert.equal(pagesIn({ ...body, paging: { cursors: { after: "c" } } }, TOKENS)?.nextCursor, null);
  assert.equal(pagesIn({ pages: [] }, TOKENS), null);
});

Deno.test("a list that is none is no list of no pages", async () => {
  await using server = fakeFacebook();
  server.answer("me/accounts", { success: true });
  const { failure } = await errorOf(oauth.accounts(facebookAt(server.url), TOKENS));
  assert.equal(failure.code, "malformed_answer");
});

Deno.test("what renews a page is its id and the person's token", () => {
  const person = { pageId: PAGE, accessToken: ACCESS_TOKEN };
  assert.deepEqual(personIn(keptPerson(person)), person);
  for (const text of [null, "", ACCESS_TOKEN, "|x", "1|", `a|${ACCESS_TOKEN}`]) {
    assert.equal(personIn(text), null);
  }
});

const KEPT = { accessToken: "refused", refreshToken: `${PAGE}|${ACCESS_TOKEN}` };

Deno.test("a page's token that was refused is had anew while its person's is good, and nothing has an end", async () => {
  await using server = fakeFacebook();
  server.answer(PAGE, { id: PAGE, access_token: "fresh" });
  assert.deepEqual(await oauth.refresh(facebookAt(server.url), KEPT), {
    accessToken: "fresh",
    refreshToken: null,
    expiresIn: null,
    refreshExpiresIn: null,
    scopes: null,
  });
});

const LOST: readonly (readonly [string, Response, string])[] = [
  ["the person's token is none any more", refusal(190, 463), "reconnect"],
  ["the page is not theirs any more", refusal(100, 33), "reconnect"],
  ["the page is not there", refusal(803), "reconnect"],
  ["the app may not ask", refusal(10), "reconnect"],
  ["too much was asked", refusal(4), "wait"],
  ["Facebook is in trouble", new Response("", { status: 503 }), "wait"],
  ["the answer has no token", Response.json({ id: PAGE }), "backoff"],
  ["it is refused for something else", refusal(100), "backoff"],
];
for (const [why, answer, expected] of LOST) {
  Deno.test(`renewing a page ${expected === "reconnect" ? "is over" : "is tried again"} where ${why}`, async () => {
    await using server = fakeFacebook();
    server.answer(PAGE, answer);
    const { failure } = await errorOf(oauth.refresh(facebookAt(server.url), KEPT));
    assert.equal(failure.class, expected);
    assert.ok(!JSON.stringify(failure).includes(ACCESS_TOKEN));
  });
}

Deno.test("a connection of which nothing is known but its token is to be connected anew", async () => {
  const { failure } = await errorOf(oauth.refresh(real(), { accessToken: "a", refreshToken: null }));
  assert.deepEqual([failure.class, failure.scope], ["reconnect", "connection"]);
});

Deno.test("giving back resolves where it is given back already, and where nothing can be", async () => {
  await using server = fakeFacebook();
  const app = facebookAt(server.url);
  server.answer("DELETE me/permissions", refusal(190, 458));
  await oauth.revoke(app, KEPT);
  await oauth.revoke(app, { accessToken: "a", refreshToken: null });
  assert.equal(server.requests.length, 1);
  server.answer("DELETE me/permissions", refusal(2));
  await errorOf(oauth.revoke(app, KEPT));
});

Deno.test("a token goes to Facebook's own uploads, or where the operator has them, and nowhere else", () => {
  const own = "https://rupload.facebook.com/video-upload/v27.0/1";
  assert.equal(uploadAddress(real(), own), own);
  const here = "http://127.0.0.1:54339/video-upload/v27.0/1";
  assert.equal(uploadAddress(real({ base_url: "http://127.0.0.1:54339" }), here), here);
  assert.equal(uploadAddress(real({ upload_url: "http://127.0.0.1:54339/" }), here), here);
  const others = [
    here,
    "https://rupload.facebook.com.example/1",
    "https://a:b@rupload.facebook.com/1",
    "http://rupload.facebook.com/1",
    "https://graph.facebook.com/1",
    "rupload.facebook.com/1",
    "",
  ];
  for (const address of others) {
    assert.throws(() => uploadAddress(real(), address), /not its own/, address);
  }
});
