/** Signing in with LinkedIn, renewing the access and giving it back: what is sent, and what comes of each answer. */
import assert from "node:assert/strict";
import { textOf } from "../../runtime/fake_runtime.ts";
import { ACCESS_TOKEN, appAt, CLIENT_SECRET, errorOf, REFRESH_TOKEN } from "../kit/work_fixture.ts";
import type { PlatformApp, Tokens } from "../platform.ts";
import { fakeLinkedIn, problem } from "./fake_linkedin.ts";
import { linkedInOAuth } from "./oauth.ts";

const BACK = "https://app.example/back";
const ORGANIZATIONS = ["w_organization_social", "r_organization_social", "rw_organization_admin"];
const appOf = (url: string, settings: Record<string, unknown> = {}): PlatformApp =>
  appAt("linkedin_post", url, {
    apiVersion: "202608",
    settings: { ...url === "" ? {} : { base_url: url }, ...settings },
  });
const tokens = (scopes: string[] | null = null): Tokens => ({
  ...{ accessToken: ACCESS_TOKEN, refreshToken: null, expiresIn: null, refreshExpiresIn: null },
  scopes,
});
const scopesOf = (settings: Record<string, unknown>) =>
  linkedInOAuth.authorizeUrl(appOf("", settings), { state: "s", redirectUri: BACK }).searchParams.get(
    "scope",
  );

Deno.test("people are sent to LinkedIn with a state and what is asked of them", () => {
  assert.equal(
    linkedInOAuth.authorizeUrl(appOf(""), { state: "s", redirectUri: BACK }).href,
    "https://www.linkedin.com/oauth/v2/authorization?response_type=code&client_id=client-id" +
      "&redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=s&scope=openid+profile+w_member_social",
  );
  assert.equal(
    scopesOf({ organizations: true }),
    ["openid", "profile", "w_member_social", ...ORGANIZATIONS].join(" "),
  );
  assert.equal(
    scopesOf({ organizations: true, sign_in: "basic", more_scopes: ["r_member_social", "w_member_social"] }),
    ["r_basicprofile", "w_member_social", ...ORGANIZATIONS, "r_member_social"].join(" "),
  );
});

Deno.test("settings that are none stop the platform", async () => {
  for (const settings of [{ organizations: "yes" }, { sign_in: "facebook" }, { more_scopes: "a b" }]) {
    const { failure } = await errorOf(() => scopesOf(settings));
    assert.deepEqual([failure.class, failure.code], ["pause", "misconfigured"]);
  }
});

Deno.test("a code is traded for an access of sixty days, with what renews it or without", async () => {
  await using server = fakeLinkedIn();
  const given = {
    access_token: "new-access-token",
    expires_in: 5_184_000,
    scope: "openid,profile,w_member_social",
  };
  server.answer("token", given, {
    ...given,
    scope: "openid w_member_social",
    refresh_token: "new-refresh-token",
    refresh_token_expires_in: 31_536_000,
  });
  const got = { code: "the-code", redirectUri: BACK };
  assert.deepEqual(await linkedInOAuth.exchange(appOf(server.url), got), {
    accessToken: "new-access-token",
    refreshToken: null,
    expiresIn: 5_184_000,
    refreshExpiresIn: null,
    scopes: ["openid", "profile", "w_member_social"],
  });
  const partner = await linkedInOAuth.exchange(appOf(server.url), got);
  assert.deepEqual([partner.refreshToken, partner.refreshExpiresIn], ["new-refresh-token", 31_536_000]);
  assert.deepEqual(partner.scopes, ["openid", "w_member_social"]);
  assert.equal(
    textOf(server.asked("token")[0]!),
    "grant_type=authorization_code&code=the-code&redirect_uri=https%3A%2F%2Fapp.example%2Fback" +
      `&client_id=client-id&client_secret=${CLIENT_SECRET}`,
  );
});

const REFUSALS: readonly (readonly [string, Response, string, string])[] = [
  [
    "a code that is spent",
    oauthError(400, "invalid_request"),
    "never sign_in_refused",
    "reconnect grant_gone",
  ],
  ["a grant that is over", oauthError(400, "invalid_grant"), "never sign_in_refused", "reconnect grant_gone"],
  [
    "an app that LinkedIn does not know",
    oauthError(401, "invalid_client"),
    "pause misconfigured",
    "pause misconfigured",
  ],
  [
    "a 401 with another word",
    oauthError(401, "invalid_request"),
    "never sign_in_refused",
    "reconnect grant_gone",
  ],
  ["trouble", problem(503), "wait http_503", "wait http_503"],
  ["too many requests", problem(429), "wait rate_limited", "wait rate_limited"],
  ["somebody's page", new Response("<html>", { status: 403 }), "backoff http_403", "backoff http_403"],
  ["no token", Response.json({}), "backoff malformed_answer", "backoff malformed_answer"],
];

function oauthError(status: number, error: string): Response {
  return Response.json({ error, error_description: `Because of ${CLIENT_SECRET}` }, { status });
}

for (const [what, answer, exchanged, refreshed] of REFUSALS) {
  Deno.test(`${what}: ${exchanged} at the sign-in, ${refreshed} at a renewal`, async () => {
    await using server = fakeLinkedIn();
    server.answer("token", answer);
    const exchange = await errorOf(
      linkedInOAuth.exchange(appOf(server.url), { code: "c-o-d-e", redirectUri: BACK }),
    );
    assert.equal(`${exchange.failure.class} ${exchange.failure.code}`, exchanged);
    const renewal = { accessToken: ACCESS_TOKEN, refreshToken: REFRESH_TOKEN };
    const refresh = await errorOf(linkedInOAuth.refresh(appOf(server.url), renewal));
    assert.equal(`${refresh.failure.class} ${refresh.failure.code}`, refreshed);
    assert.doesNotMatch(JSON.stringify([exchange.failure, refresh.failure]), new RegExp(CLIENT_SECRET));
  });
}

Deno.test("an access is renewed with what renews it; without that it is over, and nothing is asked", async () => {
  await using server = fakeLinkedIn();
  server.answer("token", {
    access_token: "new",
    expires_in: 60,
    refresh_token: "",
    refresh_token_expires_in: 5,
  });
  const renewal = { accessToken: ACCESS_TOKEN, refreshToken: REFRESH_TOKEN };
  const fresh = await linkedInOAuth.refresh(appOf(server.url), renewal);
  assert.deepEqual([fresh.refreshToken, fresh.refreshExpiresIn], [null, null]);
  assert.equal(
    textOf(server.asked("token")[0]!),
    `grant_type=refresh_token&refresh_token=${REFRESH_TOKEN}&client_id=client-id&client_secret=${CLIENT_SECRET}`,
  );
  const { failure } = await errorOf(
    linkedInOAuth.refresh(appOf(server.url), { ...renewal, refreshToken: null }),
  );
  assert.deepEqual([failure.class, failure.code, server.asked("token").length], [
    "reconnect",
    "grant_gone",
    1,
  ]);
});

Deno.test("an access is given back, also where LinkedIn does not know it any more", async () => {
  for (
    const answer of [new Response(null, { status: 200 }), oauthError(400, "invalid_request"), problem(401)]
  ) {
    await using server = fakeLinkedIn();
    server.answer("revoke", answer);
    await linkedInOAuth.revoke(appOf(server.url), { accessToken: ACCESS_TOKEN, refreshToken: null });
    assert.equal(
      textOf(server.asked("revoke")[0]!),
      `token=${ACCESS_TOKEN}&client_id=client-id&client_secret=${CLIENT_SECRET}`,
    );
  }
  await using server = fakeLinkedIn();
  server.answer("revoke", problem(500));
  const revoked = linkedInOAuth.revoke(appOf(server.url), { accessToken: ACCESS_TOKEN, refreshToken: null });
  assert.equal((await errorOf(revoked)).failure.class, "wait");
});

const ANA = { sub: "Ana_1-x", name: "Ana", picture: "https://media.licdn.com/a.jpg" };

Deno.test("without organizations there is the person alone, by OpenID Connect or by the older way", async () => {
  await using server = fakeLinkedIn();
  server.answer("userinfo", ANA);
  server.answer("me", { id: "Ana_1-x", localizedFirstName: "Ana", localizedLastName: "Reis" });
  const person = { externalId: "urn:li:person:Ana_1-x", of: null, settings: {} };
  assert.deepEqual(await linkedInOAuth.accounts(appOf(server.url), tokens()), {
    accounts: [{ ...person, displayName: "Ana", avatarUrl: "https://media.licdn.com/a.jpg" }],
    nextCursor: null,
  });
  const basic = await linkedInOAuth.accounts(appOf(server.url, { sign_in: "basic" }), tokens());
  assert.deepEqual(basic.accounts, [{ ...person, displayName: "Ana Reis", avatarUrl: null }]);
  assert.equal(server.asked("userinfo")[0]?.headers.get("linkedin-version"), null);
});

const role = (id: number, role: string, state = "APPROVED", more: Record<string, unknown> = {}) => ({
  ...{ role, state, organization: `urn:li:organization:${id}`, roleAssignee: "urn:li:person:Ana_1-x" },
  ...more,
});

Deno.test("organizations come page by page: of those who look after all of it or its content, in force alone", async () => {
  await using server = fakeLinkedIn();
  server.answer("userinfo", ANA);
  server.answer("roles", {
    elements: [
      role(1, "ADMINISTRATOR"),
      role(2, "CONTENT_ADMINISTRATOR"),
      role(2, "ADMINISTRATOR"),
      role(3, "ANALYST"),
      role(4, "ADMINISTRATOR", "REVOKED"),
      role(5, "CONTENT_ADMIN", "APPROVED", {
        organization: undefined,
        organizationTarget: "urn:li:organization:5",
      }),
      { role: "ADMINISTRATOR" },
      null,
    ],
    paging: { start: 0, count: 50, links: [{ rel: "next", href: "/rest/organizationAcls?start=50" }] },
  }, { elements: [], paging: { start: 50, count: 50, links: [] } });
  server.answer("names", {
    results: { "1": { id: 1, localizedName: "Acme" }, "2": { localizedName: null } },
  });
  const app = appOf(server.url, { organizations: true });
  const first = await linkedInOAuth.accounts(app, tokens());
  assert.deepEqual(first.accounts.map(({ externalId, displayName }) => [externalId, displayName]), [
    ["urn:li:person:Ana_1-x", "Ana"],
    ["urn:li:organization:1", "Acme"],
    ["urn:li:organization:2", null],
    ["urn:li:organization:5", null],
  ]);
  assert.equal(first.nextCursor, "50");
  assert.deepEqual(await linkedInOAuth.accounts(app, tokens(), "50"), { accounts: [], nextCursor: null });
  const [roles, second] = server.asked("roles");
  assert.equal(`${roles?.query}`, "q=roleAssignee&state=APPROVED&start=0&count=50");
  assert.equal(second?.query.get("start"), "50");
  // The list is written as Rest.li has it, with nothing of it encoded.
  assert.equal(server.asked("names")[0]?.query.get("ids"), "List(1,2,5)");
  assert.equal(server.asked("userinfo").length, 1);
});

Deno.test("names that cannot be had are left out; roles that cannot be had are told", async () => {
  await using server = fakeLinkedIn();
  server.answer("userinfo", ANA);
  server.answer("roles", { elements: [role(1, "ADMINISTRATOR")] });
  server.answer("names", problem(403, { code: "ACCESS_DENIED" }));
  const app = appOf(server.url, { organizations: true });
  const { accounts, nextCursor } = await linkedInOAuth.accounts(app, tokens());
  assert.deepEqual([accounts[1]?.displayName, nextCursor], [null, null]);
  server.answer("roles", problem(403, { code: "ACCESS_DENIED", message: "Not enough permissions" }));
  assert.equal((await errorOf(linkedInOAuth.accounts(app, tokens()))).failure.code, "forbidden");
});

Deno.test("who has not let us post has no account to post with", async () => {
  await using server = fakeLinkedIn();
  server.answer("userinfo", ANA);
  server.answer("roles", { elements: [] });
  const app = appOf(server.url, { organizations: true });
  assert.deepEqual((await linkedInOAuth.accounts(app, tokens(["openid"]))).accounts, []);
  assert.equal(server.requests.length, 0);
  await linkedInOAuth.accounts(app, tokens(["w_organization_social"]));
  assert.equal(server.requests.length, 0);
  await linkedInOAuth.accounts(app, tokens(["w_organization_social", "rw_organization_admin"]));
  assert.deepEqual([server.asked("userinfo").length, server.asked("roles").length], [0, 1]);
});
