import assert from "node:assert/strict";
import { agree, pkce, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import { reasonOf, withYouTube } from "./youtube_client_fixture.ts";
import { READ } from "./world.ts";

Deno.test("a person agrees, and the app has an access and what renews it; that stays the same", () =>
  withYouTube({}, async (youtube) => {
    const tokens = await youtube.signIn();
    assert.match(tokens.access_token, /^ya29\./);
    assert.deepEqual([tokens.expires_in, tokens.token_type], [3599, "Bearer"]);
    for (let times = 0; times < 2; times++) {
      const { status, body } = await youtube.refresh(tokens.refresh_token);
      assert.equal(status, 200);
      assert.ok(!("refresh_token" in body) && body.access_token !== tokens.access_token);
    }
    const { body } = await youtube.call("/youtube/v3/channels?part=snippet&mine=true&maxResults=50");
    assert.deepEqual([body.items.length, body.items[0].snippet.title], [1, "ana"]);
    assert.match(body.items[0].id, /^UC[\w-]{22}$/);
  }));

Deno.test("a refresh token is given to those who ask to stay, at their first time, or when asked once more", () =>
  withYouTube({}, async (youtube) => {
    const has = async (more: Record<string, string>) =>
      "refresh_token" in await youtube.signIn({ person: "bruno", ...more });
    assert.equal(await has({ access_type: "online" }), false);
    assert.equal(await has({ access_type: "offline" }), false, "not the first time any more");
    assert.equal(await has({ access_type: "offline", prompt: "consent" }), true);
  }));

Deno.test("a code is good once, for who has the verifier, where it was asked for; an app proves itself", () =>
  withYouTube({}, async (youtube) => {
    const { verifier, challenge } = pkce();
    const codeOf = async () => (await agree(youtube.page(challenge))).searchParams.get("code") ?? "";
    const trade = async (form: Record<string, string>, secret?: string) => {
      const { status, body } = await youtube.askToken({
        grant_type: "authorization_code",
        redirect_uri: REDIRECT_URI,
        code_verifier: verifier,
        ...form,
      }, secret);
      return [status, body.error];
    };
    assert.deepEqual(await trade({ code: "4/none" }), [400, "invalid_grant"]);
    assert.deepEqual(await trade({ code: await codeOf(), code_verifier: "x" }), [400, "invalid_grant"]);
    assert.deepEqual(await trade({ code: await codeOf(), redirect_uri: "https://a.example" }), [
      400,
      "redirect_uri_mismatch",
    ]);
    assert.deepEqual(await trade({ code: await codeOf() }, "no secret"), [401, "invalid_client"]);
    assert.deepEqual(await trade({ grant_type: "password" }), [400, "unsupported_grant_type"]);
    const code = await codeOf();
    assert.deepEqual(await trade({ code }), [200, undefined]);
    assert.deepEqual(await trade({ code }), [400, "invalid_grant"]);
  }));

Deno.test("whoever takes a scope away may not do what it is for", () =>
  withYouTube({}, async (youtube) => {
    await youtube.signIn({ person: "ana", without: READ });
    assert.deepEqual(reasonOf(await youtube.call("/youtube/v3/channels?mine=true")), [
      403,
      "insufficientPermissions",
    ]);
    assert.equal((await youtube.insert(10)).status, 200);
  }));

Deno.test("who refuses is sent back with that", () =>
  withYouTube({}, async (youtube) => {
    const back = await agree(youtube.page(pkce().challenge, { deny: "1" }));
    assert.equal(back.searchParams.get("error"), "access_denied");
  }));

Deno.test("a person without a channel has none, and uploads nothing", () =>
  withYouTube({ withoutChannel: ["dora"] }, async (youtube) => {
    await youtube.signIn({ person: "dora" });
    assert.equal((await youtube.call("/youtube/v3/channels?part=snippet&mine=true")).body.items, undefined);
    assert.deepEqual(reasonOf(await youtube.insert(10)), [401, "youtubeSignupRequired"]);
    assert.throws(() => youtube.simulator.grant("dora"), TypeError);
  }));

Deno.test("what is given back ends all of a person's grant, and a week ends one that is tested", () =>
  withYouTube({ refreshLifeS: 604_800 }, async (youtube) => {
    const first = await youtube.signIn();
    const second = await youtube.signIn();
    assert.equal(first.refresh_token_expires_in, 604_800);
    const revoke = (token: string) =>
      youtube.call("/revoke", { method: "POST", body: new URLSearchParams({ token }) });
    assert.equal((await revoke(first.refresh_token)).status, 200);
    assert.equal((await youtube.refresh(second.refresh_token)).body.error, "invalid_grant");
    assert.equal((await revoke(first.refresh_token)).body.error, "invalid_token");
    const third = await youtube.signIn();
    youtube.simulator.advance(604_800_000);
    assert.equal((await youtube.refresh(third.refresh_token)).body.error, "invalid_grant");
  }));

Deno.test("an access ends after an hour; a refresh may come with an empty refresh token", () =>
  withYouTube({}, async (youtube) => {
    const { refresh_token } = await youtube.signIn();
    youtube.simulator.advance(3_600_000);
    assert.deepEqual(reasonOf(await youtube.insert(10)), [401, "authError"]);
    youtube.simulator.misbehave({ times: 1, fault: { kind: "no_refresh_token", says: "empty" } });
    assert.equal((await youtube.refresh(refresh_token)).body.refresh_token, "");
  }));
