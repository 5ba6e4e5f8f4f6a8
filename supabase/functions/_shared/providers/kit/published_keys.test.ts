/** How often a provider is asked for its keys, and what is done when it does not answer (fal.md#signature). */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { nobodysUrl } from "../../runtime/fake_runtime.ts";
import { fakeFal } from "../fal/fake_fal.ts";
import { keyPair, keySet } from "../fal/fal_webhooks_fixture.ts";
import { verifyByPublishedKeys } from "./published_keys.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let start = 1_755_599_644_000;
const [first, second] = [keyPair(1), keyPair(2)];

/** A test some months after the one before: a server may have the address of an earlier one, whose keys are known. */
function test(name: string, run: () => Promise<void>): void {
  Deno.test(name, () => {
    start += 100 * DAY;
    return run();
  });
}

/** Checks a message at the key set of `server`, `at` milliseconds after the test's start. */
function check(url: string, at: number, pair = first): ReturnType<typeof verifyByPublishedKeys> {
  const signature = Buffer.from(pair.sign("a message"), "hex");
  return verifyByPublishedKeys({ url: `${url}/jwks.json`, message: "a message", signature, now: start + at });
}

test("keys are kept for a day, then asked for again", async () => {
  await using server = fakeFal();
  server.answer("jwks", keySet(first.x));
  for (const at of [0, 1, MINUTE, DAY]) assert.equal(await check(server.url, at), "valid");
  assert.equal(server.requests.length, 1);
  assert.equal(await check(server.url, DAY + 1), "valid");
  assert.equal(server.requests.length, 2);
});

test("a signature of a new key is accepted at once; forged ones ask once a minute at most", async () => {
  await using server = fakeFal();
  server.answer("jwks", keySet(first.x));
  await check(server.url, 0);
  server.answer("jwks", keySet(first.x, second.x));
  assert.equal(await check(server.url, MINUTE, second), "valid");
  assert.equal(server.requests.length, 2);
  for (let n = 1; n <= 50; n++) assert.equal(await check(server.url, MINUTE + n, keyPair(7)), "invalid");
  assert.equal(server.requests.length, 2);
  assert.equal(await check(server.url, 2 * MINUTE, keyPair(7)), "invalid");
  assert.equal(server.requests.length, 3);
});

test("old keys are better than none while no newer ones can be had", async () => {
  await using server = fakeFal();
  server.answer("jwks", keySet(first.x));
  await check(server.url, 0);
  for (const failure of [new Response("", { status: 503 }), new Response("<html>"), { keys: [] }]) {
    server.answer("jwks", failure);
    assert.equal(await check(server.url, 3 * DAY), "valid");
  }
});

test("a failure is remembered for a minute", async () => {
  await using server = fakeFal();
  server.answer("jwks", new Response("", { status: 500 }));
  for (let n = 0; n < 50; n++) assert.equal(await check(server.url, n), "no keys");
  assert.equal(server.requests.length, 1);
  server.answer("jwks", keySet(first.x));
  assert.equal(await check(server.url, MINUTE), "valid");
  assert.equal(await check(nobodysUrl(), 0), "no keys");
});

test("many webhooks at once are one question", async () => {
  await using server = fakeFal();
  server.answer("jwks", keySet(first.x));
  const verdicts = await Promise.all(Array.from({ length: 20 }, () => check(server.url, 0)));
  assert.deepEqual(new Set(verdicts), new Set(["valid"]));
  assert.equal(server.requests.length, 1);
});

test("the keys of one address are not those of another", async () => {
  await using server = fakeFal();
  await using other = fakeFal();
  server.answer("jwks", keySet(first.x));
  other.answer("jwks", keySet(second.x));
  assert.equal(await check(server.url, 0), "valid");
  assert.equal(await check(other.url, 0), "invalid");
  assert.equal(await check(other.url, 0, second), "valid");
});
