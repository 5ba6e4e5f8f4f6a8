/** What becomes of commits: those that were taken, and those whose answer was lost. */
import assert from "node:assert/strict";
import { errorOf } from "../kit/work_fixture.ts";
import type { Option } from "../../../../../shared/words/platforms.ts";
import { commit } from "./commit.ts";
import { refusal } from "../graph/fake_graph.ts";
import { facebookWork, fakeFacebook, IMAGE, PHOTO, POST, reelWork, stateOf, VIDEO } from "./fake_facebook.ts";
import { isThere, observe, outcomeOfVideo } from "./observe.ts";
import { outcomeOfCommit, reconcile } from "./reconcile.ts";
import { readVideo } from "./video_status.ts";

const COMMITTED = "2026-11-27T03:10:00.000Z";
const seconds = (n: number) => Date.parse(COMMITTED) + n * 1000;
const committed = (url: string, option: Option = "facebook_post", more = {}) =>
  facebookWork(url, option, { committedAt: COMMITTED, facts: { ready_at: COMMITTED }, ...more });
const statusOf = (body: unknown) => ({ ...readVideo(body), raw: null });

Deno.test("a post is published with its address, and a path is one below Facebook's own", async () => {
  await using server = fakeFacebook();
  server.answer(POST, { permalink_url: "https://www.facebook.com/1/posts/2" }, { permalink_url: "/reel/3/" });
  const addresses = [];
  for (let n = 0; n < 2; n++) {
    const seen = await observe(committed(server.url), POST);
    assert.ok(seen.state === "published" && seen.postId === POST);
    addresses.push(seen.permalink);
  }
  assert.deepEqual(addresses, ["https://www.facebook.com/1/posts/2", "https://www.facebook.com/reel/3/"]);
});

Deno.test("a post that does not exist just after its creation is read again after 1, 2, 4 and 8 seconds, for half a minute", async () => {
  await using server = fakeFacebook();
  server.answer(POST, refusal(100, 33));
  const waits = [];
  for (let at = 0; at < 60;) {
    const seen = await observe(committed(server.url), POST, seconds(at));
    if (seen.state !== "processing") {
      assert.ok(seen.state === "published" && seen.permalink === null);
      assert.equal(seen.warnings?.[0]?.code, "permalink_unavailable");
      break;
    }
    waits.push(seen.seconds);
    // Each takes a moment itself.
    at += (seen.seconds ?? 60) + 0.1;
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 8, 8]);
});

Deno.test("whatever a read of a post says, the post is there", async () => {
  await using server = fakeFacebook();
  for (
    const answer of [
      refusal(10),
      refusal(190),
      refusal(4),
      new Response("<html>"),
      new Response("", { status: 503 }),
    ]
  ) {
    server.answer(POST, answer);
    const seen = await observe(committed(server.url), POST, seconds(60));
    assert.ok(seen.state === "published" && seen.postId === POST);
  }
  assert.deepEqual(["1_2", "photo:1", "video:1"].map(isThere), [true, true, false]);
});

Deno.test("a story whose post was not named is published all the same", async () => {
  const seen = await observe(committed(""), `photo:${PHOTO}`);
  assert.ok(seen.state === "published" && seen.postId === null);
  assert.equal(seen.warnings?.[0]?.code, "post_id_unknown");
});

const STATES: readonly (readonly [unknown, string, string?])[] = [
  [stateOf("complete", "complete", "complete"), "published"],
  [{ id: VIDEO, status: { video_status: "ready" }, published: true }, "published"],
  [{ id: VIDEO, status: { video_status: "ready" } }, "published"],
  [stateOf("complete", "complete", "in_progress"), "processing"],
  [stateOf("complete", "in_progress"), "processing"],
  [stateOf("complete", "complete", "scheduled"), "processing"],
  [stateOf("upload_complete", "pondering", "pondering"), "processing"],
  [{ id: VIDEO, status: { video_status: "brewing" } }, "processing"],
  [{ id: VIDEO }, "processing"],
  [stateOf("complete", "error"), "failed", "video_processing"],
  [stateOf("complete", "complete", "error"), "failed", "video_publishing"],
  [{ id: VIDEO, status: { video_status: "error" } }, "failed", "video_error"],
  [{ id: VIDEO, status: { video_status: "expired" } }, "failed", "video_expired"],
  [{ id: VIDEO, status: { video_status: "ready" }, published: false }, "failed", "published_as_draft"],
  [stateOf("complete", "complete", "complete", { published: false }), "failed", "published_as_draft"],
  [
    {
      id: VIDEO,
      status: { video_status: "ready", publishing_phase: { status: "complete", publish_status: "draft" } },
    },
    "failed",
    "published_as_draft",
  ],
];
Deno.test("a video is published when its publishing is complete, and a word that nobody knows keeps it waiting", () => {
  for (const [body, state, code] of STATES) {
    const seen = outcomeOfVideo(VIDEO, statusOf(body));
    assert.equal(seen.state, state, JSON.stringify(body));
    if (seen.state === "failed") assert.equal(seen.failure.code, code);
  }
});

Deno.test("a video is asked for by its id; a story of one is named by its post", async () => {
  await using server = fakeFacebook();
  server.answer(
    VIDEO,
    refusal(100, 33),
    stateOf("complete", "complete", "complete", { post_id: "77", permalink_url: "/reel/1/" }),
  );
  const reel = { ...reelWork(server.url), committedAt: COMMITTED };
  assert.equal((await observe(reel, `video:${VIDEO}`, seconds(2))).state, "processing");
  const seen = await observe(reel, `video:${VIDEO}`, seconds(2));
  assert.deepEqual(seen.state === "published" && [seen.postId, seen.permalink], [
    VIDEO,
    "https://www.facebook.com/reel/1/",
  ]);
  const story = await observe({ ...reel, option: "facebook_story" }, `video:${VIDEO}`);
  assert.equal(story.state === "published" && story.postId, "77");
  server.answer(VIDEO, refusal(100, 33));
  await errorOf(observe(reel, `video:${VIDEO}`, seconds(40)));
});

const COMMITS: readonly (readonly [unknown, string])[] = [
  [stateOf("complete", "complete", "complete"), "there"],
  [stateOf("complete", "complete", "in_progress"), "there"],
  [stateOf("complete", "in_progress"), "unknown"],
  [stateOf("complete", "complete"), "not_there"],
  [stateOf("complete"), "not_there"],
  [stateOf("complete", "error"), "not_there"],
  [stateOf("complete", "complete", "pondering"), "unknown"],
  [{ id: VIDEO, status: { video_status: "processing" } }, "unknown"],
  [{ id: VIDEO, status: { video_status: "expired" } }, "not_there"],
];
Deno.test("the video of a finish whose answer was lost says what became of that", () => {
  for (const [body, state] of COMMITS) {
    assert.equal(outcomeOfCommit(VIDEO, statusOf(body)).state, state, JSON.stringify(body));
  }
});

Deno.test("a video that cannot be read says nothing of its finish", async () => {
  await using server = fakeFacebook();
  server.answer(VIDEO, refusal(100, 33));
  assert.equal((await reconcile(reelWork(server.url))).state, "unknown");
  server.answer(VIDEO, refusal(2));
  await errorOf(reconcile(reelWork(server.url)));
});

const listed = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  message: "Hello",
  created_time: "2026-11-27T03:10:02+0000",
  permalink_url: `https://www.facebook.com/${id}`,
  ...more,
});
const withPhotos = (id: string, ...photos: string[]) =>
  listed(id, {
    attachments: { data: photos.map((photo) => ({ media_type: "photo", target: { id: photo } })) },
  });

Deno.test("a text is found by its very words, once, and by nobody else's post", async () => {
  await using server = fakeFacebook();
  const cases: [unknown[], string][] = [
    [[listed("1"), listed("2", { message: "Hello!" })], "there"],
    [[listed("1", { message: "Hello\r\n " })], "there"],
    [[], "not_there"],
    [[listed("2", { message: "hello" })], "not_there"],
    [[withPhotos("2", "5")], "not_there"],
    // Two that are alike.
    [[listed("1"), listed("2")], "unknown"],
    // Made before the first commit could be.
    [[listed("1", { created_time: "2026-11-27T03:09:00+0000" })], "not_there"],
    [[listed("known")], "not_there"],
    [[listed("1", { attachments: null })], "unknown"],
  ];
  for (const [data, state] of cases) {
    server.answer("published_posts", { data });
    const found = await reconcile({ ...committed(server.url), knownPostIds: ["known"] });
    assert.equal(found.state, state, JSON.stringify(data));
    if (found.state === "there") {
      assert.deepEqual([found.id, found.permalink], ["1", "https://www.facebook.com/1"]);
    }
  }
});

Deno.test("photos are found by their ids, whatever the words and the clocks say", async () => {
  await using server = fakeFacebook();
  const facts = { ready_at: COMMITTED, photo_0: PHOTO, photo_1: "8" };
  const work = committed(server.url, "facebook_post", { media: [IMAGE, IMAGE], facts });
  const late = { ...withPhotos("1", "8"), message: "Edited", created_time: "2026-11-27T01:00:00+0000" };
  const cases: [unknown, string][] = [
    [late, "there"],
    [withPhotos("2", "5"), "not_there"],
    [listed("2"), "not_there"],
    [listed("3", { attachments: { data: [{ media_type: "album" }] } }), "unknown"],
  ];
  for (const [post, state] of cases) {
    server.answer("published_posts", { data: [listed("0", { message: "Other" }), post] });
    assert.equal((await reconcile(work)).state, state, JSON.stringify(post));
  }
});

Deno.test("a link is told by where it leads, and a film behind one is no film of ours", async () => {
  await using server = fakeFacebook();
  const link = (url: string) =>
    listed("1", { attachments: { data: [{ media_type: "link", unshimmed_url: url }] } });
  const linked = committed(server.url, "facebook_post", {
    content: { settings: { link: "https://a.example/1" } },
  });
  const inText = committed(server.url, "facebook_post", { content: { caption: "See https://youtu.be/1" } });
  const film = {
    ...listed("1"),
    message: "See https://youtu.be/1",
    attachments: { data: [{ media_type: "video" }] },
  };
  for (
    const [work, post, state] of [
      [linked, link("https://a.example/1/"), "there"],
      [linked, link("https://a.example/2"), "not_there"],
      [linked, listed("1"), "unknown"],
      [inText, film, "there"],
    ] as const
  ) {
    server.answer("published_posts", { data: [post] });
    assert.equal((await reconcile(work)).state, state);
  }
});

Deno.test("lists are read to their end, and not for ever", async () => {
  await using server = fakeFacebook();
  const more = { paging: { next: "https://graph.facebook.com/next", cursors: { after: "c" } } };
  server.answer("published_posts", { data: [listed("2", { message: "x" })], ...more }, {
    data: [listed("1")],
  });
  assert.equal((await reconcile(committed(server.url))).state, "there");
  server.answer("published_posts", { data: [listed("2", { message: "x" })], ...more });
  assert.equal((await reconcile(committed(server.url))).state, "unknown");
  assert.equal(server.asked("published_posts").length, 7);
});

Deno.test("a video of the feed is found by its words, and may not be listed for five minutes, or as long as is set", async () => {
  await using server = fakeFacebook();
  const video = {
    id: VIDEO,
    description: "Hello",
    title: "The sea",
    created_time: "2030-01-01T00:00:00+0000",
  };
  const content = { settings: { title: "The sea" } };
  const at = (ms: number) =>
    committed(server.url, "facebook_video", {
      content,
      committedAt: new Date(Date.now() - ms).toISOString(),
    });
  server.answer("videos", { data: [video] });
  const found = await reconcile(at(1_000));
  assert.equal(found.state === "there" && found.id, `video:${VIDEO}`);
  server.answer("videos", { data: [{ ...video, title: "The hills" }] });
  assert.equal((await reconcile(at(60_000))).state, "unknown");
  assert.equal((await reconcile(at(301_000))).state, "not_there");
  const soon = at(60_000);
  const app = { ...soon.app, settings: { ...soon.app.settings, list_grace_seconds: 30 } };
  assert.equal((await reconcile({ ...soon, app })).state, "not_there");
});

Deno.test("a story of a photo is found by the photo; a page that shows no stories says nothing", async () => {
  await using server = fakeFacebook();
  const work = committed(server.url, "facebook_story", { facts: { photo_0: PHOTO, ready_at: COMMITTED } });
  server.answer("stories", { data: [{ post_id: "7", media_id: PHOTO }] });
  const found = await reconcile(work);
  assert.equal(found.state === "there" && found.id, "7");
  server.answer("stories", { data: [{ post_id: "7", media_id: "8" }] });
  assert.equal((await reconcile(work)).state, "not_there");
  server.answer("stories", { data: [] });
  assert.equal((await reconcile(work)).state, "unknown");
});

Deno.test("a duplicate is this very post, an older one, or nobody knows", async () => {
  await using server = fakeFacebook();
  server.answer("feed", refusal(506));
  const send = (work = facebookWork(server.url, "facebook_post", { facts: { ready_at: COMMITTED } })) =>
    commit(work).send(AbortSignal.timeout(5_000));
  server.answer("published_posts", { data: [listed("1")] });
  assert.deepEqual((await send()).id, "1");
  const older = listed("1", { created_time: "2026-11-27T01:00:00+0000" });
  server.answer("published_posts", { data: [older] });
  const { failure } = await errorOf(send());
  assert.deepEqual([failure.class, failure.code], ["never", "506"]);
  assert.match(failure.message, /facebook\.com\/1$/);
  // A commit before may be meant.
  const again = await errorOf(send(committed(server.url)));
  assert.equal(again.isAmbiguous, true);
  server.answer("published_posts", { data: [listed("1"), listed("2")] });
  assert.equal((await errorOf(send())).isAmbiguous, true);
  server.answer("published_posts", refusal(2));
  assert.equal((await errorOf(send())).isAmbiguous, true);
});
