import assert from "node:assert/strict";
import { agree, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import { errorOf } from "../graph/graph_client_fixture.ts";
import { type TestFacebook, withFacebook } from "./facebook_client_fixture.ts";

/** Signs in; the token is one of an hour, or (`isLong`) of sixty days. */
async function signIn(facebook: TestFacebook, more: Record<string, string>, isLong = true): Promise<string> {
  const back = await agree(facebook.dialog(more));
  const app = { client_id: facebook.simulator.clientId, client_secret: facebook.simulator.clientSecret };
  const code = back.searchParams.get("code") ?? "";
  const short = await facebook.get("/oauth/access_token", { ...app, redirect_uri: REDIRECT_URI, code });
  if (!isLong) return short.body.access_token;
  const trade = { ...app, grant_type: "fb_exchange_token", fb_exchange_token: short.body.access_token };
  return (await facebook.get("/oauth/access_token", trade)).body.access_token;
}

interface Listed {
  id: string;
  name: string;
  access_token: string;
  tasks: string[];
}

/** All pages of whoever has the token. */
async function pagesOf(facebook: TestFacebook, access_token: string, limit = "25"): Promise<Listed[][]> {
  const pages: Listed[][] = [];
  for (let after = "";;) {
    const { body } = await facebook.get("/me/accounts", { access_token, limit, ...after ? { after } : {} });
    pages.push(body.data);
    if (!body.paging?.next) return pages;
    after = body.paging.cursors.after;
  }
}

Deno.test("pages come a page at a time, with what the person may do there and a token of each", () =>
  withFacebook({ pages: { carla: 60 }, moderated: { carla: [2] } }, async (facebook) => {
    const pages = await pagesOf(facebook, await signIn(facebook, { person: "carla" }));
    assert.deepEqual(pages.map(({ length }) => length), [25, 25, 10]);
    const all = pages.flat();
    assert.equal(new Set(all.map(({ access_token }) => access_token)).size, 60);
    assert.deepEqual(
      all.filter(({ tasks }) => !tasks.includes("CREATE_CONTENT")).map(({ name }) => name),
      ["Carla's page 2"],
    );
  }));

Deno.test("a page is published to with its own token, by whoever may create content there", () =>
  withFacebook({ pages: { carla: 3 }, moderated: { carla: [2] } }, async (facebook) => {
    const person = await signIn(facebook, { person: "carla" });
    const [[first, second] = []] = await pagesOf(facebook, person);
    const post = (page: Listed | undefined, access_token = page?.access_token ?? "") =>
      facebook.post(`/${page?.id}/feed`, { message: "Hello", access_token });
    assert.deepEqual(errorOf(await post(first, person)), [401, 190, 2069032]);
    assert.deepEqual(errorOf(await post(second)), [403, 200, undefined]);
    assert.deepEqual(errorOf(await post(second, first?.access_token)), [400, 100, 33]);
    assert.deepEqual(errorOf(await post(first, facebook.token)), [400, 100, 33]);
    assert.equal((await post(first)).status, 200);
  }));

Deno.test("pages' tokens that are had with one of an hour end with it, and others do not end", () =>
  withFacebook({}, async (facebook) => {
    const [[short] = []] = await pagesOf(facebook, await signIn(facebook, { person: "ana" }, false));
    const [[long] = []] = await pagesOf(facebook, await signIn(facebook, { person: "ana" }));
    facebook.simulator.advance(61 * 86_400_000);
    const post = (page: Listed | undefined, message: string) =>
      facebook.post(`/${page?.id}/feed`, { message, access_token: page?.access_token ?? "" });
    assert.deepEqual(errorOf(await post(short, "one")), [401, 190, 463]);
    assert.equal((await post(long, "two")).status, 200);
  }));

Deno.test("a page gives its token to its person, at its own address", () =>
  withFacebook({}, async (facebook) => {
    const access_token = await signIn(facebook, { person: "ana" });
    const { body } = await facebook.get(`/${facebook.page}`, { access_token, fields: "access_token,name" });
    assert.equal(body.name, "Ana's page 1");
    facebook.token = body.access_token;
    assert.equal((await facebook.text("Hello")).status, 200);
  }));

Deno.test("whoever throws the app out, or changes the password, has no page left", () =>
  withFacebook({}, async (facebook) => {
    facebook.under({ kind: "password_changed", path: "commit" });
    assert.deepEqual(errorOf(await facebook.text("Hello")), [401, 190, 460]);
    const access_token = await signIn(facebook, { person: "bruno" });
    const [[page] = []] = await pagesOf(facebook, access_token);
    assert.equal(
      (await facebook.call("DELETE", "/v27.0/me/permissions", { access_token })).body.success,
      true,
    );
    const gone = await facebook.post(`/${page?.id}/feed`, {
      message: "Hello",
      access_token: page?.access_token ?? "",
    });
    assert.deepEqual(errorOf(gone), [401, 190, 458]);
  }));

Deno.test("whoever agreed to less can do less", () =>
  withFacebook({}, async (facebook) => {
    const token = await signIn(facebook, { person: "ana", without: "pages_manage_posts" });
    const [[page] = []] = await pagesOf(facebook, token);
    const refused = await facebook.post(`/${page?.id}/feed`, {
      message: "Hello",
      access_token: page?.access_token ?? "",
    });
    assert.deepEqual(errorOf(refused), [403, 10, undefined]);
    const blind = await signIn(facebook, { person: "ana", without: "pages_show_list" });
    assert.deepEqual(errorOf(await facebook.get("/me/accounts", { access_token: blind })), [
      403,
      10,
      undefined,
    ]);
  }));

Deno.test("a code is good once, and only with the app's secret", () =>
  withFacebook({}, async (facebook) => {
    const back = await agree(facebook.dialog());
    const code = back.searchParams.get("code") ?? "";
    const trade = (client_secret: string) =>
      facebook.get("/oauth/access_token", {
        client_id: facebook.simulator.clientId,
        client_secret,
        redirect_uri: REDIRECT_URI,
        code,
      });
    assert.deepEqual(errorOf(await trade("wrong")), [400, 101, undefined]);
    assert.equal((await trade(facebook.simulator.clientSecret)).status, 200);
    assert.deepEqual(errorOf(await trade(facebook.simulator.clientSecret)), [400, 100, 36009]);
  }));

Deno.test("a version past its end is served by the oldest that lives, and nothing says so but a header", () =>
  withFacebook({ versions: ["v22.0", "v27.0"] }, async (facebook) => {
    const old = await facebook.call("GET", "/v19.0/me");
    assert.deepEqual([old.status, old.headers.get("facebook-api-version")], [200, "v22.0"]);
    assert.deepEqual(errorOf(await facebook.call("GET", "/v28.0/me")), [400, 2500, undefined]);
    assert.deepEqual(facebook.simulator.versions(), [{ asked: "v19.0", servedBy: "v22.0", times: 1 }]);
  }));
