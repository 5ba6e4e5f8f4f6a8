/** What became of a commit, and where the post is (docs/platforms/threads.md#outcomes). */
import assert from "node:assert/strict";
import { nobodysUrl } from "../../runtime/fake_runtime.ts";
import { refusal } from "../graph/fake_graph.ts";
import { ACCESS_TOKEN, errorOf } from "../kit/work_fixture.ts";
import { askContainer, commit, limits, observe, reconcile } from "./containers.ts";
import { CONTAINER, fakeThreads, POST, stateOf, threadsWork } from "./fake_threads.ts";

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const committed = (url: string, seconds: number) =>
  threadsWork(url, { facts: { container: CONTAINER }, committedAt: ago(seconds) });
const neverUsed = () => new AbortController().signal;

Deno.test("a commit names the post, and is sent once", async () => {
  await using server = fakeThreads();
  server.answer("threads_publish", { id: POST });
  const done = await commit(committed(server.url, 0)).send(neverUsed());
  assert.deepEqual([done.id, done.state], [POST, "processing"]);
  assert.equal(server.requests.length, 1);
});

Deno.test("a commit without a container is none, and nothing is sent", async () => {
  const error = await errorOf(() => commit(threadsWork("http://127.0.0.1:9")));
  assert.deepEqual([error.failure.code, error.isAmbiguous], ["container_missing", false]);
});

Deno.test("an answer that names no post leaves its commit in doubt", async () => {
  await using server = fakeThreads();
  for (const answer of [{}, { id: null }, { id: "" }, new Response("<html>"), new Response("")]) {
    server.answer("threads_publish", answer);
    assert.ok((await errorOf(commit(committed(server.url, 0)).send(neverUsed()))).isAmbiguous);
  }
});

Deno.test("a post's address is best effort: asked for half a minute, and its id stays", async () => {
  await using server = fakeThreads();
  server.answer(POST, refusal(100, 33));
  const waits = [];
  for (const seconds of [0, 1.5, 3.5, 7.5, 29]) {
    const seen = await observe(committed(server.url, seconds), POST);
    assert.ok(seen.state === "processing", seen.state);
    waits.push(seen.seconds);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 8]);
  const seen = await observe(committed(server.url, 31), POST);
  assert.ok(seen.state === "published");
  assert.deepEqual([seen.postId, seen.permalink], [POST, null]);
  assert.deepEqual(seen.warnings?.map(({ code }) => code), ["permalink_unavailable"]);
  server.answer(POST, { permalink: "https://www.threads.net/@ana/post/late" });
  const late = await observe(committed(server.url, 2), POST);
  assert.ok(late.state === "published" && late.permalink === "https://www.threads.net/@ana/post/late");
  assert.equal(late.warnings, undefined);
});

Deno.test("whatever else a read of the address ends in, the post is published", async () => {
  await using server = fakeThreads();
  for (
    const answer of [refusal(190, 463), refusal(10), refusal(4, 2207051), {}, { permalink: 7 }, {
      permalink: "javascript:alert(1)",
    }]
  ) {
    server.answer(POST, answer);
    const seen = await observe(committed(server.url, 1), POST);
    assert.ok(seen.state === "published", JSON.stringify(answer));
    assert.deepEqual([seen.postId, seen.permalink, seen.warnings?.length], [POST, null, 1]);
  }
  const away = nobodysUrl();
  assert.equal((await observe(committed(away, 1), POST)).state, "processing");
  assert.equal((await observe(committed(away, 60), POST)).state, "published");
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
    await using server = fakeThreads();
    server.answer(CONTAINER, stateOf(state, "UNKNOWN"));
    const found = await reconcile(committed(server.url, 60));
    assert.equal(found.state, outcome);
    if (found.state === "there") assert.equal(found.id, `container:${CONTAINER}`);
    assert.deepEqual(server.requests.map(({ method, path }) => `${method} ${path}`), [
      `GET /v1.0/${CONTAINER}`,
    ]);
  });
}

Deno.test("an answer without a state, and a container that cannot be read, say nothing of the commit", async () => {
  await using server = fakeThreads();
  const answers = [{}, { status: null }, { status: 1 }, { error_message: "UNKNOWN" }, refusal(100, 33)];
  for (const answer of [...answers, refusal(24, 4279009), refusal(803)]) {
    server.answer(CONTAINER, answer);
    assert.equal((await reconcile(committed(server.url, 60))).state, "unknown");
  }
  assert.equal((await reconcile(threadsWork(server.url))).state, "unknown");
});

Deno.test("a question that failed is no outcome", async () => {
  await using server = fakeThreads();
  const cases = [
    [refusal(190), "reconnect"],
    [refusal(4), "wait"],
    [refusal(2, undefined, { status: 500 }), "wait"],
  ] as const;
  for (const [answer, failureClass] of cases) {
    server.answer(CONTAINER, answer);
    const error = await errorOf(reconcile(committed(server.url, 60)));
    assert.deepEqual([error.failure.class, error.isAmbiguous], [failureClass, false]);
  }
});

Deno.test("what a container says of itself is kept without what opens an account", async () => {
  await using server = fakeThreads();
  server.answer(CONTAINER, stateOf("ERROR", `Cannot fetch ?access_token=${ACCESS_TOKEN}`));
  const { message, raw } = await askContainer(committed(server.url, 1), CONTAINER);
  assert.ok(message?.startsWith("Cannot fetch"));
  assert.ok(!JSON.stringify([message, raw]).includes(ACCESS_TOKEN));
});

Deno.test("what may still be published is what Threads says of posts, whatever it says of replies", async () => {
  await using server = fakeThreads();
  const limitOf = async (answer: Record<string, unknown>) => {
    server.answer("threads_publishing_limit", { data: [answer] });
    return await limits(threadsWork(server.url));
  };
  const replies = { reply_quota_usage: 999, reply_config: { quota_total: 1000, quota_duration: 86400 } };
  assert.deepEqual(
    await limitOf({ quota_usage: 4, config: { quota_total: 250, quota_duration: 86400 }, ...replies }),
    { used: 4, total: 250, windowSeconds: 86400, resetsAt: null, source: "platform" },
  );
  assert.equal(await limitOf(replies), null);
  server.answer("threads_publishing_limit", refusal(190));
  assert.equal((await errorOf(limits(threadsWork(server.url)))).failure.class, "reconnect");
});
