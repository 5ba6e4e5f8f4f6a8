/** What became of a commit, and where the post is (docs/platforms/instagram.md#outcomes). */
import assert from "node:assert/strict";
import { nobodysUrl } from "../../runtime/fake_runtime.ts";
import { ACCESS_TOKEN, errorOf } from "../kit/work_fixture.ts";
import { askContainer, commit, limits, observe, reconcile } from "./containers.ts";
import { refusal } from "../graph/fake_graph.ts";
import { CONTAINER, fakeInstagram, instagramWork, POST, stateOf } from "./fake_instagram.ts";

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const committed = (url: string, seconds: number) =>
  instagramWork(url, "instagram_feed", { facts: { container: CONTAINER }, committedAt: ago(seconds) });

Deno.test("a commit names the post, and is sent once", async () => {
  await using server = fakeInstagram();
  server.answer("media_publish", { id: POST });
  const done = await commit(committed(server.url, 0)).send(new AbortController().signal);
  assert.deepEqual(done, { id: POST, state: "processing", raw: { id: POST } });
  assert.equal(server.requests.length, 1);
});

Deno.test("there is no commit of nothing", async () => {
  const error = await errorOf(() => commit(instagramWork("http://127.0.0.1:9")));
  assert.deepEqual([error.failure.class, error.failure.code], ["backoff", "container_missing"]);
});

Deno.test("a post that was published is told with its address", async () => {
  await using server = fakeInstagram();
  server.answer(POST, { permalink: "https://www.instagram.com/p/abc/", id: POST });
  const seen = await observe(committed(server.url, 1), POST);
  assert.ok(seen.state === "published");
  assert.deepEqual([seen.postId, seen.permalink, seen.warnings], [
    POST,
    "https://www.instagram.com/p/abc/",
    undefined,
  ]);
});

Deno.test("a post that cannot be read yet is read again, rarer each time, and is published all the same", async () => {
  await using server = fakeInstagram();
  server.answer(POST, refusal(100, 33));
  const waits = [];
  for (const seconds of [0.1, 1.5, 3.5, 7.5, 16]) {
    const seen = await observe(committed(server.url, seconds), POST);
    assert.ok(seen.state === "processing", seen.state);
    waits.push(seen.seconds);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 8]);
  const seen = await observe(committed(server.url, 31), POST);
  assert.ok(seen.state === "published");
  assert.deepEqual([seen.postId, seen.permalink], [POST, null]);
  assert.deepEqual(seen.warnings?.map(({ code }) => code), ["permalink_unavailable"]);
  server.answer(POST, refusal(100, 33), { permalink: "https://www.instagram.com/p/late/" });
  assert.equal((await observe(committed(server.url, 1), POST)).state, "processing");
  const late = await observe(committed(server.url, 2), POST);
  assert.ok(late.state === "published" && late.permalink === "https://www.instagram.com/p/late/");
});

Deno.test("whatever else a read of the address ends in, the post is published", async () => {
  await using server = fakeInstagram();
  const answers = [refusal(190, 463), refusal(10), refusal(4, 2207051), refusal(803), {}, { permalink: 7 }, {
    permalink: "javascript:alert(1)",
  }];
  for (const answer of answers) {
    server.answer(POST, answer);
    const seen = await observe(committed(server.url, 1), POST);
    assert.ok(seen.state === "published", JSON.stringify(answer));
    assert.deepEqual([seen.postId, seen.permalink], [POST, null]);
    assert.equal(seen.warnings?.length, 1);
  }
  const away = nobodysUrl();
  assert.equal((await observe(committed(away, 1), POST)).state, "processing");
  assert.equal((await observe(committed(away, 60), POST)).state, "published");
  assert.equal((await observe({ ...committed(away, 0), committedAt: null }, POST)).state, "published");
});

Deno.test("a post that is known by its container alone is published under no id, and nobody is asked", async () => {
  const seen = await observe(committed("http://127.0.0.1:9", 1), `container:${CONTAINER}`);
  assert.ok(seen.state === "published");
  assert.deepEqual([seen.postId, seen.permalink], [null, null]);
  assert.deepEqual(seen.warnings?.map(({ code }) => code), ["post_id_unknown"]);
});

const STATES = [
  ["PUBLISHED", "there"],
  ["FINISHED", "not_there"],
  ["EXPIRED", "not_there"],
  ["ERROR", "not_there"],
  ["IN_PROGRESS", "unknown"],
  ["SOMETHING", "unknown"],
] as const;

for (const [state, outcome] of STATES) {
  Deno.test(`a container that is ${state} after a lost commit: ${outcome}`, async () => {
    await using server = fakeInstagram();
    server.answer(CONTAINER, stateOf(state));
    const found = await reconcile(committed(server.url, 60));
    assert.equal(found.state, outcome);
    if (found.state === "there") assert.equal(found.id, `container:${CONTAINER}`);
    assert.deepEqual(server.requests.map(({ method, path }) => `${method} ${path}`), [
      `GET /v27.0/${CONTAINER}`,
    ]);
  });
}

Deno.test("an answer without a state, and a container that cannot be read, say nothing of the commit", async () => {
  await using server = fakeInstagram();
  for (
    const answer of [
      {},
      { status_code: null },
      { status_code: 1 },
      refusal(100, 33),
      refusal(24, 2207006),
      refusal(803),
    ]
  ) {
    server.answer(CONTAINER, answer);
    assert.equal((await reconcile(committed(server.url, 60))).state, "unknown");
  }
  const none = await reconcile(instagramWork(server.url));
  assert.equal(none.state, "unknown");
});

Deno.test("what a container says of itself is kept without what opens an account", async () => {
  await using server = fakeInstagram();
  server.answer(CONTAINER, stateOf("ERROR", `Error: cannot fetch ?access_token=${ACCESS_TOKEN}`));
  const { message, raw } = await askContainer(committed(server.url, 1), CONTAINER);
  assert.ok(message?.startsWith("Error: cannot fetch"));
  assert.ok(!JSON.stringify([message, raw]).includes(ACCESS_TOKEN));
});

Deno.test("a question that failed is no outcome", async () => {
  await using server = fakeInstagram();
  for (
    const [answer, failureClass] of [[refusal(190), "reconnect"], [refusal(4), "wait"], [
      refusal(2, undefined, { status: 500 }),
      "wait",
    ]] as const
  ) {
    server.answer(CONTAINER, answer);
    const error = await errorOf(reconcile(committed(server.url, 60)));
    assert.deepEqual([error.failure.class, error.isAmbiguous], [failureClass, false]);
  }
});

Deno.test("what may still be published is what Instagram says, and nothing where it says nothing", async () => {
  await using server = fakeInstagram();
  const limitOf = async (answer: Record<string, unknown>) => {
    server.answer("content_publishing_limit", answer);
    return await limits(instagramWork(server.url));
  };
  assert.deepEqual(
    await limitOf({ data: [{ quota_usage: 2, config: { quota_total: 50, quota_duration: 86400 } }] }),
    { used: 2, total: 50, windowSeconds: 86400, resetsAt: null, source: "platform" },
  );
  assert.equal((await limitOf({ data: [{ quota_usage: 2, config: { quota_total: 100 } }] }))?.total, 100);
  assert.equal(await limitOf({ data: [{ quota_usage: 2 }] }), null);
  assert.equal(await limitOf({ data: [] }), null);
  server.answer("content_publishing_limit", refusal(190));
  assert.equal((await errorOf(limits(instagramWork(server.url)))).failure.class, "reconnect");
});
