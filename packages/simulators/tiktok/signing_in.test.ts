import assert from "node:assert/strict";
import { agree, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import { withTikTok } from "./tiktok_client_fixture.ts";

Deno.test("a person signs in, and is told who that is", () =>
  withTikTok({}, async (tiktok) => {
    const tokens = await tiktok.signIn("dora");
    assert.deepEqual(
      [tokens.expires_in, tokens.refresh_expires_in, tokens.scope, tokens.token_type],
      [7200, 15_552_000, "user.info.basic,video.publish,video.upload", "Bearer"],
    );
    const { body } = await tiktok.call("/v2/user/info/?fields=open_id,display_name,follower_count");
    assert.deepEqual(body.data.user, { open_id: tokens.open_id, display_name: "Dora" });
    assert.equal((await tiktok.creator()).body.data.creator_username, "dora");
  }));

Deno.test("without a person a page asks, and its links lead on", () =>
  withTikTok({}, async (tiktok) => {
    const html = await (await fetch(tiktok.page({}))).text();
    const link = /href="([^"]+)">Continue as bruno</.exec(html)?.[1] ?? assert.fail(html);
    const back = await agree(new URL(link.replaceAll("&#38;", "&"), tiktok.simulator.url));
    assert.deepEqual([back.searchParams.has("code"), back.searchParams.get("state")], [true, "some state"]);
  }));

Deno.test("whoever cancels is led back with that, and whoever has no app of ours is led nowhere", () =>
  withTikTok({}, async (tiktok) => {
    const denied = await agree(tiktok.page({ deny: "1" }));
    assert.equal(denied.searchParams.get("error"), "access_denied");
    const nowhere = await fetch(tiktok.page({ client_key: "else", person: "ana" }), { redirect: "manual" });
    assert.equal(nowhere.status, 400);
    await nowhere.body?.cancel();
  }));

Deno.test("a code is good once, for its address and this app", () =>
  withTikTok({}, async (tiktok) => {
    const codeOf = async () => (await agree(tiktok.page())).searchParams.get("code") ?? "";
    const code = await codeOf();
    assert.equal((await tiktok.exchange(code, "http://127.0.0.1:9/elsewhere")).body.error, "invalid_grant");
    assert.equal((await tiktok.exchange(code)).status, 200);
    assert.equal((await tiktok.exchange(code)).body.error, "invalid_grant");
    const asked = {
      grant_type: "authorization_code",
      code: await codeOf(),
      redirect_uri: REDIRECT_URI,
      client_secret: "wrong",
    };
    assert.equal((await tiktok.askToken(asked)).body.error, "invalid_client");
    assert.equal((await tiktok.askToken({ grant_type: "password" })).body.error, "unsupported_grant_type");
  }));

Deno.test("a refresh gives both anew, and ends what was there", () =>
  withTikTok({}, async (tiktok) => {
    const { access_token, refresh_token } = await tiktok.signIn();
    const { body } = await tiktok.refresh(refresh_token);
    assert.ok(body.access_token !== access_token && body.refresh_token !== refresh_token);
    assert.equal((await tiktok.creator()).body.error.code, "access_token_invalid");
    tiktok.token = body.access_token;
    assert.equal((await tiktok.creator()).body.error.code, "ok");
    assert.deepEqual(tiktok.simulator.refreshes().map(({ outcome, username }) => [outcome, username]), [[
      "refreshed",
      "ana",
    ]]);
  }));

Deno.test("a refresh token that comes twice ends the whole family", () =>
  withTikTok({}, async (tiktok) => {
    const { refresh_token } = await tiktok.signIn();
    const { body } = await tiktok.refresh(refresh_token);
    assert.equal((await tiktok.refresh(refresh_token)).body.error, "invalid_grant");
    tiktok.token = body.access_token;
    assert.equal((await tiktok.creator()).status, 401);
    assert.equal((await tiktok.refresh(body.refresh_token)).body.error, "invalid_grant");
    assert.deepEqual(tiktok.simulator.refreshes().map(({ outcome }) => outcome), [
      "refreshed",
      "reused",
      "refused",
    ]);
  }));

Deno.test("an access ends after two hours, and what renews it after 180 days", () =>
  withTikTok({}, async (tiktok) => {
    const { refresh_token } = await tiktok.signIn();
    tiktok.simulator.advance(7_200_000);
    assert.equal((await tiktok.creator()).status, 401);
    const { body } = await tiktok.refresh(refresh_token);
    tiktok.simulator.advance(180 * 86_400_000);
    assert.equal((await tiktok.refresh(body.refresh_token)).body.error, "invalid_grant");
  }));

Deno.test("an access that was given back is gone, and so is what renews it", () =>
  withTikTok({}, async (tiktok) => {
    const { refresh_token } = await tiktok.signIn();
    assert.equal((await tiktok.askToken({ token: tiktok.token }, "revoke")).status, 200);
    assert.equal((await tiktok.creator()).status, 401);
    assert.equal((await tiktok.refresh(refresh_token)).body.error, "invalid_grant");
    assert.equal((await tiktok.askToken({ token: tiktok.token }, "revoke")).body.error, "invalid_grant");
    const wrong = await tiktok.askToken({ token: tiktok.token, client_key: "else" }, "revoke");
    assert.equal(wrong.body.error, "invalid_client");
  }));

Deno.test("whoever agreed to drafts alone posts nothing directly", () =>
  withTikTok({}, async (tiktok) => {
    const back = await agree(tiktok.page({ person: "ana", without: "video.publish" }));
    const { body } = await tiktok.exchange(back.searchParams.get("code") ?? "");
    assert.equal(body.scope, "user.info.basic,video.upload");
    tiktok.token = body.access_token;
    assert.equal((await tiktok.begin(1000)).body.error.code, "scope_not_authorized");
    assert.equal((await tiktok.creator()).body.error.code, "scope_not_authorized");
    assert.equal((await tiktok.beginDraft(1000)).body.error.code, "ok");
  }));
