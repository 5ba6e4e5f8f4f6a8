import assert from "node:assert/strict";
import { agree, pkce, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import { withX } from "./x_client_fixture.ts";

Deno.test("a person signs in, and posts", () =>
  withX({}, async (x) => {
    const tokens = await x.signIn("dora");
    assert.equal(tokens.expires_in, 7200);
    assert.equal((await x.call("/2/users/me")).body.data.username, "dora");
    assert.equal((await x.tweet("Hello")).status, 201);
  }));

Deno.test("without a person a page asks, by links and for a name", () =>
  withX({}, async (x) => {
    const page = x.page(pkce().challenge, {});
    const response = await fetch(page);
    const html = await response.text();
    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    const link = /href="([^"]+)">Continue as bruno</.exec(html)?.[1] ?? assert.fail(html);
    const back = await agree(new URL(link.replaceAll("&#38;", "&"), x.simulator.url));
    assert.ok(back.searchParams.get("code"));
    assert.match(html, /name="person"/);
  }));

Deno.test("whoever cancels is led back with that, and whoever has no app of ours is led nowhere", () =>
  withX({}, async (x) => {
    const denied = await agree(x.page("c", { deny: "1" }));
    assert.deepEqual(
      [denied.searchParams.get("error"), denied.searchParams.get("state")],
      ["access_denied", "some state"],
    );
    const nowhere = await fetch(x.page("c", { client_id: "else", person: "ana" }), { redirect: "manual" });
    assert.equal(nowhere.status, 400);
    await nowhere.body?.cancel();
  }));

Deno.test("a code is good once, for its verifier and its address, and for half a minute", () =>
  withX({}, async (x) => {
    const ask = async (code: string, verifier: string, redirect_uri = REDIRECT_URI) =>
      (await x.askToken({ grant_type: "authorization_code", code, redirect_uri, code_verifier: verifier }))
        .status;
    const { verifier, challenge } = pkce();
    const codeOf = async () => (await agree(x.page(challenge))).searchParams.get("code") ?? "";
    const code = await codeOf();
    assert.equal(await ask(code, "another"), 400);
    assert.equal(await ask(code, verifier, "http://127.0.0.1:9/elsewhere"), 400);
    assert.equal(await ask(code, verifier), 200);
    assert.equal(await ask(code, verifier), 400);
    const late = await codeOf();
    x.simulator.advance(30_000);
    assert.equal(await ask(late, verifier), 400);
    assert.equal((await x.askToken({ grant_type: "authorization_code" }, "wrong")).status, 401);
  }));

Deno.test("a refresh gives both anew, and ends what was there", () =>
  withX({}, async (x) => {
    const { access_token, refresh_token } = await x.signIn();
    const { status, body } = await x.refresh(refresh_token);
    assert.equal(status, 200);
    assert.ok(
      body.refresh_token && body.refresh_token !== refresh_token && body.access_token !== access_token,
    );
    assert.equal((await x.tweet("old")).status, 401);
    x.token = body.access_token;
    assert.equal((await x.tweet("new")).status, 201);
    assert.deepEqual(x.simulator.refreshes().map(({ outcome, username }) => [outcome, username]), [[
      "refreshed",
      "ana",
    ]]);
  }));

Deno.test("a refresh token that comes twice ends the whole family", () =>
  withX({}, async (x) => {
    const { refresh_token } = await x.signIn();
    const { body } = await x.refresh(refresh_token);
    const again = await x.refresh(refresh_token);
    assert.deepEqual([again.status, again.body.error], [400, "invalid_request"]);
    x.token = body.access_token;
    assert.equal((await x.tweet("anything")).status, 401);
    assert.equal((await x.refresh(body.refresh_token)).status, 400);
    assert.deepEqual(x.simulator.refreshes().map(({ outcome, n }) => [outcome, n]), [
      ["refreshed", 1],
      ["reused", 2],
      ["refused", 3],
    ]);
  }));

Deno.test("an access ends after two hours, or when somebody ends it", () =>
  withX({}, async (x) => {
    const { refresh_token } = await x.signIn();
    x.simulator.advance(7_200_000);
    assert.equal((await x.tweet("late")).status, 401);
    x.token = (await x.refresh(refresh_token)).body.access_token;
    x.simulator.endAccess("ana", "access");
    assert.equal((await x.tweet("ended")).status, 401);
  }));

Deno.test("an access that was given back is gone, and so is what renews it", () =>
  withX({}, async (x) => {
    const { refresh_token } = await x.signIn();
    const authorization = `Basic ${btoa(`${x.simulator.clientId}:${x.simulator.clientSecret}`)}`;
    const revoke = (token: string) =>
      x.call("/2/oauth2/revoke", {
        method: "POST",
        headers: { authorization },
        body: new URLSearchParams({ token }),
      });
    assert.deepEqual((await revoke(x.token)).body, { revoked: true });
    assert.equal((await x.tweet("gone")).status, 401);
    assert.equal((await x.refresh(refresh_token)).status, 400);
    assert.equal((await revoke("nobody's")).status, 200);
  }));

Deno.test("whoever agreed to less can do less", () =>
  withX({}, async (x) => {
    const { verifier, challenge } = pkce();
    const back = await agree(x.page(challenge, { person: "ana", without: "media.write,offline.access" }));
    const { body } = await x.askToken({
      grant_type: "authorization_code",
      code: back.searchParams.get("code") ?? "",
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
    });
    assert.equal(body.scope, "tweet.read tweet.write users.read");
    assert.equal(body.refresh_token, undefined);
    x.token = body.access_token;
    assert.equal((await x.post("/2/media/upload/initialize", {})).status, 403);
    assert.equal((await x.tweet("text alone")).status, 201);
  }));
