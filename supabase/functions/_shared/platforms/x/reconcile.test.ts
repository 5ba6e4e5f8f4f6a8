/** A post whose answer was lost is looked for among the account's own: since it could be made, and by X's clock. */
import assert from "node:assert/strict";
import { errorOf } from "../kit/work_fixture.ts";
import { fakeX, kindOf, problem, readyFact, timelineOf, xWork } from "./fake_x.ts";
import { factName } from "./media_facts.ts";
import { reconcilePost } from "./reconcile.ts";

const NOW = Math.floor(Date.now() / 1000) * 1000;
const READY = new Date(NOW - 60_000).toISOString();
const at = (secondsAfterReady: number) => new Date(NOW - 60_000 + secondsAfterReady * 1000).toISOString();
const post = (id: string, text: string, secondsAfterReady: number, more = {}) => ({
  id,
  text,
  created_at: at(secondsAfterReady),
  ...more,
});
const inDoubt = (url: string, work: Parameters<typeof xWork>[1] = {}) =>
  xWork(url, { facts: { ready_at: READY }, committedAt: at(1), ...work });

Deno.test("a post of the same text, made since it could be, is there; nothing is asked but once", async () => {
  await using server = fakeX();
  server.answer("timeline", timelineOf(post("12", "Something else", 20), post("11", "Hello", 2)));
  const found = await reconcilePost(inDoubt(server.url));
  assert.ok(found.state === "there");
  assert.deepEqual([found.id, found.permalink], ["11", "https://x.com/ana/status/11"]);
  const [request] = server.asked("timeline");
  assert.deepEqual(Object.fromEntries(request?.query ?? []), {
    max_results: "100",
    exclude: "retweets",
    "tweet.fields": "created_at,entities,attachments,note_tweet,referenced_tweets",
    start_time: new Date(NOW - 60_000 - 3_600_000).toISOString().replace(".000Z", "Z"),
  });
  assert.equal(server.requests.length, 1);
});

for (
  const [what, posts, work] of [
    ["no posts at all", [], {}],
    ["a post of other words", [post("11", "Hello!", 2)], {}],
    ["the same text, from before it could be made", [post("11", "Hello", -30)], {}],
    ["a post that another publication has made", [post("11", "Hello", 2)], { knownPostIds: ["11"] }],
  ] as const
) {
  Deno.test(`${what}: it is not there`, async () => {
    await using server = fakeX();
    server.answer("timeline", timelineOf(...posts));
    assert.equal((await reconcilePost(inDoubt(server.url, work))).state, "not_there");
  });
}

Deno.test("a commit of half an hour ago is found as well as the last: the first could be made then", async () => {
  await using server = fakeX();
  server.answer("timeline", timelineOf(post("11", "Hello", 1)));
  const found = await reconcilePost(
    inDoubt(server.url, { committedAt: new Date(NOW + 1_000_000).toISOString() }),
  );
  assert.equal(found.state, "there");
});

Deno.test("a clock of ours that is wrong hides nothing: X's counts", async () => {
  for (const wrongMs of [-600_000, 600_000]) {
    await using server = fakeX();
    // X's time is ours plus what we are wrong by.
    const theirs = (ms: number) => new Date(ms - wrongMs);
    server.answer("timeline", () =>
      Response.json(
        timelineOf(
          { id: "12", text: "Hello", created_at: theirs(NOW - 58_000).toISOString() },
          { id: "11", text: "Hello", created_at: theirs(NOW - 90_000).toISOString() },
        ),
        { headers: { date: theirs(Date.now()).toUTCString() } },
      ));
    const found = await reconcilePost(inDoubt(server.url));
    assert.deepEqual([found.state, "id" in found ? found.id : null], ["there", "12"]);
  }
});

Deno.test("a file's id proves a post whatever its words, its time and who else has posted", async () => {
  await using server = fakeX();
  const files = [{ name: "a.png", size: 3, type: "image/png", path: "a" }];
  const facts = { ready_at: READY, [factName(0)]: readyFact("72", { former: ["71"] }) };
  const work = inDoubt(server.url, { content: { caption: "", mediaFiles: files }, facts });
  const media = (key: string) => ({ attachments: { media_keys: [key] } });
  server.answer("timeline", timelineOf(post("13", "", 9, media("3_99")), post("12", "", -9, media("3_71"))));
  const found = await reconcilePost(work);
  assert.deepEqual([found.state, "id" in found ? found.id : null], ["there", "12"]);
  server.answer("timeline", timelineOf(post("13", "", 9, media("3_99"))));
  assert.equal((await reconcilePost(work)).state, "unknown");
});

Deno.test("all pages are looked through, and no more than five", async () => {
  await using server = fakeX();
  const page = (token: string | undefined, ...posts: Record<string, unknown>[]) => ({
    data: posts,
    meta: { result_count: posts.length, next_token: token },
  });
  server.answer("timeline", page("p2", post("12", "Other", 3)), page(undefined, post("11", "Hello", 2)));
  const found = await reconcilePost(inDoubt(server.url));
  assert.equal(found.state, "there");
  assert.deepEqual(server.asked("timeline").map(({ query }) => query.get("pagination_token")), [null, "p2"]);
  server.answer("timeline", page("on", post("12", "Other", 3)));
  const endless = await reconcilePost(inDoubt(server.url));
  assert.equal(endless.state, "unknown");
  assert.equal(server.asked("timeline").length, 7);
});

Deno.test("what cannot be told stays unknown: a community's post, or one without a word", async () => {
  await using server = fakeX();
  server.answer("timeline", timelineOf());
  const toCommunity = inDoubt(server.url, { content: { settings: { communityId: "5" } } });
  assert.equal((await reconcilePost(toCommunity)).state, "unknown");
  server.answer("timeline", timelineOf(post("11", "Hello", 2)));
  assert.equal((await reconcilePost(toCommunity)).state, "there");
});

Deno.test("a question that fails says nothing of the post", async () => {
  const said: readonly (readonly [Response, string, string])[] = [
    [problem(429), "wait", "publication"],
    [problem(503), "wait", "publication"],
    [problem(401), "reconnect", "connection"],
    [problem(404, { type: kindOf("resource-not-found") }), "never", "publication"],
    [Response.json({ errors: [{ title: "Not Found Error" }] }), "backoff", "publication"],
    [Response.json({ data: ["?"], meta: { result_count: 1 } }), "backoff", "publication"],
    [new Response("<html>"), "backoff", "publication"],
  ];
  for (const [answer, failureClass, scope] of said) {
    await using server = fakeX();
    server.answer("timeline", answer);
    const { failure, isAmbiguous } = await errorOf(reconcilePost(inDoubt(server.url)));
    assert.deepEqual([failure.class, failure.scope, isAmbiguous], [failureClass, scope, false]);
  }
});
