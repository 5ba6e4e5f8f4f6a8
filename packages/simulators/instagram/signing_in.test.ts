import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { agree, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import { errorOf } from "../graph/graph_client_fixture.ts";
import { type TestInstagram, withInstagram } from "./instagram_client_fixture.ts";

const DAY_MS = 86_400_000;

/** Signs Ana in through Facebook. @returns a long-lived token. */
async function throughFacebook(instagram: TestInstagram, person = "ana"): Promise<string> {
  const app = { client_id: instagram.simulator.clientId, client_secret: instagram.simulator.clientSecret };
  const back = await agree(instagram.page("facebook", { person }));
  assert.deepEqual([back.searchParams.get("state"), back.hash], ["some state", "#_=_"]);
  const code = back.searchParams.get("code") ?? "";
  const short = await instagram.get("/oauth/access_token", { ...app, code, redirect_uri: REDIRECT_URI });
  assert.deepEqual([short.status, short.body.expires_in], [200, 3600]);
  const long = await instagram.get("/oauth/access_token", {
    ...app,
    grant_type: "fb_exchange_token",
    fb_exchange_token: short.body.access_token,
  });
  assert.equal(long.body.expires_in, 60 * 86_400);
  return long.body.access_token;
}

/** Signs Ana in with Instagram. @returns a long-lived token. */
async function withInstagramLogin(instagram: TestInstagram): Promise<string> {
  const { clientId: client_id, clientSecret: client_secret } = instagram.simulator;
  const back = await agree(instagram.page("instagram"));
  assert.equal(back.hash, "#_");
  const short = await instagram.call("POST", "/oauth/access_token", {
    client_id,
    client_secret,
    grant_type: "authorization_code",
    redirect_uri: REDIRECT_URI,
    code: back.searchParams.get("code") ?? "",
  });
  assert.deepEqual(short.body.permissions, [
    "instagram_business_basic",
    "instagram_business_content_publish",
  ]);
  const long = await instagram.call("GET", "/access_token", {
    grant_type: "ig_exchange_token",
    client_secret,
    access_token: short.body.access_token,
  });
  assert.equal(long.body.expires_in, 60 * 86_400);
  return long.body.access_token;
}

Deno.test("through Facebook a person's pages lead to accounts, a page at a time", () =>
  withInstagram({ pages: { zoe: 60 } }, async (instagram) => {
    instagram.token = await throughFacebook(instagram, "zoe");
    const fields = "id,name,access_token,instagram_business_account{id,username,name,profile_picture_url}";
    const pages = [];
    for (let after = "";;) {
      const { body } = await instagram.get("/me/accounts", { fields, ...after ? { after } : {} });
      pages.push(...body.data);
      after = body.paging.cursors.after;
      if (!body.paging.next) break;
    }
    assert.equal(pages.length, 60);
    assert.equal(new Set(pages.map(({ id }) => id)).size, 60);
    const [first, , third] = pages;
    assert.equal(first.instagram_business_account.username, "zoe");
    assert.equal(third.instagram_business_account, undefined);
    instagram.token = first.access_token;
    instagram.account = first.instagram_business_account.id;
    instagram.simulator.advance(90 * DAY_MS); // the token of a page has no end
    assert.equal((await instagram.publish(await instagram.image("as a page"))).status, 200);
    instagram.account = pages[1].instagram_business_account.id;
    const stranger = await instagram.post(`/${instagram.account}/media`, {
      image_url: instagram.file("/a.jpg"),
    });
    assert.deepEqual(errorOf(stranger), [400, 100, 33]);
  }));

Deno.test("with Instagram itself there is one account, and its token is renewed when it is a day old", () =>
  withInstagram({}, async (instagram) => {
    instagram.token = await withInstagramLogin(instagram);
    const me = (await instagram.get("/me", { fields: "user_id,username,name" })).body;
    assert.equal(me.username, "ana");
    instagram.account = me.user_id;
    assert.equal((await instagram.publish(await instagram.image("myself"))).status, 200);
    const renew = () => instagram.call("GET", "/refresh_access_token", { grant_type: "ig_refresh_token" });
    assert.equal((await renew()).status, 400);
    instagram.simulator.advance(DAY_MS);
    const renewed = await renew();
    assert.deepEqual([renewed.status, renewed.body.expires_in], [200, 60 * 86_400]);
    instagram.simulator.advance(59.5 * DAY_MS);
    assert.deepEqual(errorOf(await renew()), [401, 190, 463]);
    instagram.token = renewed.body.access_token;
    assert.equal((await renew()).status, 200);
    assert.deepEqual(instagram.simulator.refreshes().map(({ outcome }) => outcome), [
      "refused",
      "refreshed",
      "refused",
      "refreshed",
    ]);
  }));

Deno.test("a code is good once, and only with the app's secret", () =>
  withInstagram({}, async (instagram) => {
    const { clientId: client_id, clientSecret } = instagram.simulator;
    const code = (await agree(instagram.page("facebook"))).searchParams.get("code") ?? "";
    const ask = async (client_secret: string) =>
      (await instagram.get("/oauth/access_token", {
        client_id,
        client_secret,
        code,
        redirect_uri: REDIRECT_URI,
      })).status;
    assert.deepEqual([await ask("wrong"), await ask(clientSecret), await ask(clientSecret)], [400, 200, 400]);
  }));

Deno.test("whoever throws the app out has no token left", () =>
  withInstagram({}, async (instagram) => {
    instagram.token = await throughFacebook(instagram);
    const { body } = await instagram.get("/me/permissions");
    assert.ok(
      body.data.some(({ permission }: { permission: string }) => permission === "instagram_content_publish"),
    );
    assert.deepEqual((await instagram.call("DELETE", "/v27.0/me/permissions")).body, { success: true });
    assert.deepEqual(errorOf(await instagram.get("/me")), [401, 190, 458]);
  }));

Deno.test("a version past its end is served by the oldest that lives, and one that is not yet is refused", () =>
  withInstagram({ versions: ["v26.0", "v27.0"] }, async (instagram) => {
    const versionOf = async (path: string) =>
      (await instagram.call("GET", path)).headers.get("facebook-api-version");
    assert.equal(await versionOf("/v27.0/me"), "v27.0");
    assert.equal(await versionOf("/v20.0/me"), "v26.0");
    assert.equal(await versionOf("/me"), "v26.0");
    assert.equal((await instagram.call("GET", "/v28.0/me")).status, 400);
    assert.deepEqual(instagram.simulator.versions(), [
      { asked: "v27.0", servedBy: "v27.0", times: 1 },
      { asked: "v20.0", servedBy: "v26.0", times: 1 },
    ]);
  }));

Deno.test("a proof that the app's secret is known must be right where it is given", () =>
  withInstagram({}, async (instagram) => {
    const proof = createHmac("sha256", instagram.simulator.clientSecret).update(instagram.token).digest(
      "hex",
    );
    assert.equal((await instagram.get("/me", { appsecret_proof: proof })).status, 200);
    assert.equal((await instagram.get("/me", { appsecret_proof: "0".repeat(64) })).status, 400);
  }));

Deno.test("whoever agreed to less can do less, and a token that is nothing says 190", () =>
  withInstagram({}, async (instagram) => {
    const scopes = ["instagram_basic", "pages_show_list"];
    instagram.token = instagram.simulator.grant("ana", { scopes }).access_token;
    const refused = await instagram.post(`/${instagram.account}/media`, {
      image_url: instagram.file("/a.jpg"),
    });
    assert.deepEqual(errorOf(refused), [403, 10, undefined]);
    instagram.token = "nothing";
    assert.deepEqual(errorOf(await instagram.get("/me")), [401, 190, undefined]);
  }));
