import assert from "node:assert/strict";
import { agree, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import { SCOPES, withLinkedIn } from "./linkedin_client_fixture.ts";

const DAY_MS = 86_400_000;

Deno.test("a person agrees, and is known by their token", () =>
  withLinkedIn({}, async (linkedIn) => {
    const tokens = await linkedIn.signIn({ person: "bruno" });
    assert.deepEqual(Object.keys(tokens).sort(), ["access_token", "expires_in", "scope", "token_type"]);
    assert.equal(tokens.scope, SCOPES.replaceAll(" ", ","));
    assert.equal(tokens.expires_in, 60 * 86_400);
    const { body } = await linkedIn.call("/v2/userinfo", { headers: { "linkedin-version": "" } });
    assert.deepEqual([body.name, body.picture.endsWith(".svg")], ["Bruno", true]);
    assert.equal((await fetch(body.picture)).status, 200);
  }));

Deno.test("who refuses, asks for what the app may not, or brings a code twice, is sent away", () =>
  withLinkedIn({ allowedScopes: ["openid", "profile", "w_member_social"] }, async (linkedIn) => {
    const denied = await agree(linkedIn.page({ deny: "1", scope: "openid" }));
    assert.equal(denied.searchParams.get("error"), "user_cancelled_authorize");
    const other = await agree(linkedIn.page({ person: "ana" }));
    assert.equal(other.searchParams.get("error"), "unauthorized_scope_error");
    const back = await agree(linkedIn.page({ person: "ana", scope: "openid w_member_social" }));
    const form = {
      grant_type: "authorization_code",
      code: back.searchParams.get("code") ?? "",
      redirect_uri: REDIRECT_URI,
    };
    assert.deepEqual((await linkedIn.askToken(form, "wrong")).body.error, "invalid_client");
    assert.equal(
      (await linkedIn.askToken({ ...form, redirect_uri: "http://127.0.0.1:9/other" })).status,
      400,
    );
    assert.equal((await linkedIn.askToken(form)).status, 200);
    assert.equal((await linkedIn.askToken(form)).body.error, "invalid_request");
  }));

Deno.test("what renews an access is for partners, stays the same, and ends a year after the sign-in", () =>
  withLinkedIn({ hasRefresh: true }, async (linkedIn) => {
    const { refresh_token, refresh_token_expires_in } = await linkedIn.signIn();
    assert.equal(refresh_token_expires_in, 365 * 86_400);
    linkedIn.simulator.advance(300 * DAY_MS);
    const form = { grant_type: "refresh_token", refresh_token };
    const { body } = await linkedIn.askToken(form);
    assert.equal(body.refresh_token, refresh_token);
    assert.ok(body.refresh_token_expires_in <= 65 * 86_400);
    linkedIn.simulator.misbehave({ fault: { kind: "no_refresh_token", says: "absent" }, times: 1 });
    assert.equal("refresh_token" in (await linkedIn.askToken(form)).body, false);
    linkedIn.simulator.misbehave({ fault: { kind: "no_refresh_token", says: "empty" }, times: 1 });
    assert.equal((await linkedIn.askToken(form)).body.refresh_token, "");
    linkedIn.simulator.advance(66 * DAY_MS);
    assert.equal((await linkedIn.askToken(form)).body.error, "invalid_grant");
  }));

Deno.test("a token that has ended, was taken back, is nobody's or is missing: each has its number", () =>
  withLinkedIn({}, async (linkedIn) => {
    const numbered = async (headers: Record<string, string> = {}) =>
      (await linkedIn.call("/v2/userinfo", { headers })).body.serviceErrorCode;
    const { access_token: token } = await linkedIn.signIn();
    linkedIn.simulator.advance(61 * DAY_MS);
    assert.equal(await numbered(), 65602);
    await linkedIn.signIn();
    const form = { client_id: linkedIn.simulator.clientId, client_secret: linkedIn.simulator.clientSecret };
    const body = new URLSearchParams({ ...form, token: linkedIn.token });
    assert.equal((await linkedIn.call("/oauth/v2/revoke", { method: "POST", body })).status, 200);
    assert.equal(await numbered(), 65601);
    assert.equal(await numbered({ authorization: "Bearer nobody" }), 65600);
    assert.equal(await numbered({ authorization: "" }), 65604);
    assert.ok(linkedIn.simulator.secrets().includes(token));
  }));

Deno.test("organizations come in pages, with the part that somebody has in each, and are named all at once", () =>
  withLinkedIn({ organizations: { ana: 12 } }, async (linkedIn) => {
    const page = async (query: string) =>
      (await linkedIn.call(`/rest/organizationAcls?q=roleAssignee&${query}`)).body;
    const first = await page("count=5&start=0");
    assert.deepEqual(
      first.elements.map(({ role, state }: Record<string, string>) => `${role} ${state}`),
      [
        "ADMINISTRATOR APPROVED",
        "CONTENT_ADMINISTRATOR APPROVED",
        "ANALYST APPROVED",
        "ADMINISTRATOR APPROVED",
        "ADMINISTRATOR REVOKED",
      ],
    );
    assert.deepEqual([first.paging.total, first.paging.links.length], [12, 1]);
    assert.deepEqual((await page("count=5&start=10")).paging.links, []);
    assert.equal((await page("role=CONTENT_ADMINISTRATOR&state=APPROVED")).elements.length, 3);
    const ids = first.elements.map(({ organization }: Record<string, string>) =>
      organization?.split(":").at(-1)
    );
    const { body } = await linkedIn.call(`/rest/organizationsLookup?ids=List(${ids.join(",")},1)`);
    assert.equal(Object.keys(body.results).length, 5);
    assert.equal(body.results[ids[0]].localizedName, "Ana & Co. 1");
    assert.equal((await linkedIn.call(`/rest/organizations/${ids[1]}`)).body.vanityName, "ana-co-2");
    assert.equal((await page("count=1000")).code, "ILLEGAL_ARGUMENT");
  }));
