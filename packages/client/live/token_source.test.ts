import assert from "node:assert/strict";
import type { SupabaseClient } from "@supabase/supabase-js";
import { tokenFor } from "./testing/fake_auth.ts";
import { tokensOf } from "./token_source.ts";

const now = () => 1_000_000;
const lasting = (seconds: number, jti = 0) => tokenFor({ sub: "anna", exp: now() / 1000 + seconds, jti });

const refused = Object.assign(new Error("Invalid Refresh Token"), {
  name: "AuthApiError",
  __isAuthError: true,
});
const away = Object.assign(new Error("fetch failed"), {
  name: "AuthRetryableFetchError",
  __isAuthError: true,
});

/**
 * supabase.auth as it was before it renewed a minute early by itself. `held`: what it answers with, renewed if it had expired, or
 * why that failed; `renewed`: when it is told to renew.
 */
function oldAuth(held: string | Error | null, renewed: string | Error = refused) {
  const calls: string[] = [];
  const answer = (token: string | null, error: unknown = null) =>
    Promise.resolve({ data: { session: token === null ? null : { access_token: token } }, error });
  const auth = {
    getSession: () => {
      calls.push("getSession");
      return held instanceof Error ? answer(null, held) : answer(held);
    },
    refreshSession: () => {
      calls.push("refreshSession");
      return typeof renewed === "string" ? answer(renewed) : answer(null, renewed);
    },
  };
  return { calls, source: tokensOf({ auth } as unknown as SupabaseClient, { now }) };
}

Deno.test("a token that lasts for more than a minute is used as it is", async () => {
  const { calls, source } = oldAuth(lasting(61), lasting(3_600));
  assert.equal(await source.current(), lasting(61));
  assert.deepEqual(calls, ["getSession"]);
});

Deno.test("one that lasts for less is renewed first", async () => {
  const { source } = oldAuth(lasting(59), lasting(3_600));
  assert.equal(await source.current(), lasting(3_600));
});

Deno.test("one that cannot be renewed is used while it lasts", async () => {
  for (const error of [refused, away]) {
    assert.equal(await oldAuth(lasting(59), error).source.current(), lasting(59));
  }
});

Deno.test("when it lasts no longer, a refusal means nobody, and silence means no answer", async () => {
  assert.equal(await oldAuth(null).source.current(), null);
  assert.equal(await oldAuth(refused).source.current(), null);
  await assert.rejects(() => oldAuth(away).source.current(), { name: "NoAnswer" });
  await assert.rejects(() => oldAuth(new TypeError("x")).source.current(), { name: "NoAnswer" });
});

Deno.test("with the clock ahead, what was just renewed is taken though it seems to have expired", async () => {
  const { calls, source } = oldAuth(lasting(-3_600), lasting(-3_599));
  assert.equal(await source.current(), lasting(-3_600));
  assert.deepEqual(calls, ["getSession"]);
  source.distrust(lasting(-3_600));
  assert.equal(await source.current(), lasting(-3_599));
});

Deno.test("an app that gives no token has nobody signed in, and one that fails to has no answer", async () => {
  const given = (accessToken: () => Promise<unknown>) =>
    tokensOf({ accessToken } as unknown as SupabaseClient, { now });
  assert.equal(await given(() => Promise.resolve(undefined)).current(), null);
  await assert.rejects(() => given(() => Promise.reject(new Error("x"))).current(), { name: "NoAnswer" });
  let asked = 0;
  const source = given(() => Promise.resolve(lasting(asked++ === 0 ? -1 : 60, asked)));
  assert.equal(await source.current(), lasting(60, 2), "an app may renew only what it is asked for");
});
