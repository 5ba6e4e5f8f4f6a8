import assert from "node:assert/strict";
import { agree, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import { errorOf } from "../graph/graph_client_fixture.ts";
import { type TestThreads, withThreads } from "./threads_client_fixture.ts";

const DAY_MS = 86_400_000;

/** Signs Ana in. @returns a long-lived token. */
async function signIn(threads: TestThreads, more: Record<string, string> = {}): Promise<string> {
  const { clientId: client_id, clientSecret: client_secret } = threads.simulator;
  const back = await agree(threads.page({ person: "ana", ...more }));
  assert.deepEqual([back.searchParams.get("state"), back.hash], ["some state", "#_"]);
  const short = await threads.call("POST", "/oauth/access_token", {
    client_id,
    client_secret,
    grant_type: "authorization_code",
    redirect_uri: REDIRECT_URI,
    code: back.searchParams.get("code") ?? "",
  });
  assert.equal(short.status, 200, short.text);
  // A number with more digits than numbers keep.
  assert.match(short.text, /"user_id":26543\d{12}\}/);
  const long = await threads.call("GET", "/access_token", {
    grant_type: "th_exchange_token",
    client_secret,
    access_token: short.body.access_token,
  });
  assert.equal(long.body.expires_in, 60 * 86_400);
  return long.body.access_token;
}

Deno.test("there is one account, and its token is renewed when it is a day old, and before its end", () =>
  withThreads({}, async (threads) => {
    threads.token = await signIn(threads);
    const fields = "id,username,threads_profile_picture_url";
    const me = (await threads.get("/me", { fields })).body;
    assert.equal(me.username, "ana");
    assert.equal((await fetch(me.threads_profile_picture_url)).status, 200);
    threads.account = me.id;
    assert.equal((await threads.publish(await threads.text("myself"))).status, 200);
    const renew = () => threads.call("GET", "/refresh_access_token", { grant_type: "th_refresh_token" });
    assert.equal((await renew()).status, 400);
    threads.simulator.advance(DAY_MS);
    const renewed = await renew();
    assert.deepEqual([renewed.status, renewed.body.expires_in], [200, 60 * 86_400]);
    threads.simulator.advance(59.5 * DAY_MS);
    assert.deepEqual(errorOf(await renew()), [401, 190, 463]);
    threads.token = renewed.body.access_token;
    assert.equal((await renew()).status, 200);
    assert.deepEqual(threads.simulator.refreshes().map(({ outcome }) => outcome), [
      "refused",
      "refreshed",
      "refused",
      "refreshed",
    ]);
  }));

Deno.test("what was granted is told of a token, and whoever agreed to less can do less", () =>
  withThreads({}, async (threads) => {
    threads.token = await signIn(threads, { without: "threads_content_publish" });
    const { body } = await threads.get("/debug_token", { input_token: threads.token });
    assert.deepEqual([body.data.scopes, body.data.is_valid], [["threads_basic"], true]);
    assert.deepEqual(errorOf(await threads.ask({ media_type: "TEXT", text: "a" })), [403, 10, undefined]);
    assert.equal((await threads.get("/debug_token", { input_token: "nonsense" })).status, 400);
  }));

Deno.test("a code is good once, and only with the app's secret", () =>
  withThreads({}, async (threads) => {
    const { clientId: client_id, clientSecret } = threads.simulator;
    const code = (await agree(threads.page())).searchParams.get("code") ?? "";
    const ask = async (client_secret: string) =>
      (await threads.call("POST", "/oauth/access_token", {
        client_id,
        client_secret,
        grant_type: "authorization_code",
        code,
        redirect_uri: REDIRECT_URI,
      })).status;
    assert.deepEqual([await ask("wrong"), await ask(clientSecret), await ask(clientSecret)], [400, 200, 400]);
  }));

Deno.test("whoever refuses is led back with the reason, and a token that is nothing says 190", () =>
  withThreads({}, async (threads) => {
    const back = await agree(threads.page({ deny: "1" }));
    assert.deepEqual([back.searchParams.get("error"), back.searchParams.get("error_reason")], [
      "access_denied",
      "user_denied",
    ]);
    threads.token = "nonsense";
    assert.deepEqual(errorOf(await threads.get("/me")), [401, 190, undefined]);
  }));
