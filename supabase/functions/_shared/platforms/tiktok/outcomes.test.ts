/** What TikTok's answers to a commit and to questions about it say of a post, and where they leave a doubt. */
import assert from "node:assert/strict";
import { errorOf, mediaOf } from "../kit/work_fixture.ts";
import { PlatformError, type PublicationWork } from "../platform.ts";
import { prepareCommit } from "./commit.ts";
import {
  fakeTikTok,
  ok,
  photoWork,
  POST_ID,
  PUBLISH_ID,
  refusal,
  statusOf,
  takingParts,
  uploadFact,
  videoWork,
} from "./fake_tiktok.ts";
import { observePost, reconcilePost } from "./observe.ts";

const NAME = `publish:${PUBLISH_ID}`;
const HALF = 5_767_168;
const TOTAL = 2 * HALF;
const signal = () => new AbortController().signal;
const now = () => new Date().toISOString();

/** A video of which the last part alone is missing. */
function lastPart(url: string, work: Partial<PublicationWork> = {}): PublicationWork {
  return videoWork(url, { facts: { upload: uploadFact(url, { sent: HALF }) }, ...work });
}
const range = (bytes: number) => ({ headers: { "content-range": `bytes 0-${bytes}/${TOTAL}` } });

Deno.test("the last part is sent once, and its 201 is the post's", async () => {
  await using server = fakeTikTok();
  const got = takingParts(server);
  const built = prepareCommit(lastPart(server.url));
  assert.deepEqual(got.ranges, [], "nothing is sent before it is");
  assert.deepEqual((await built.send(signal())).id, NAME);
  assert.deepEqual(got.ranges, [`bytes ${HALF}-${TOTAL - 1}/${TOTAL}`]);
});

Deno.test("there is no commit before the other parts are there, nor without an upload", async () => {
  for (const facts of [{}, { upload: uploadFact("http://127.0.0.1:9") }, { upload: { publish_id: 1 } }]) {
    const error = await errorOf(() => prepareCommit(videoWork("http://127.0.0.1:9", { facts })));
    assert.deepEqual([error.failure.class, error.failure.code], ["never", "media_missing"]);
  }
  assert.equal(
    (await errorOf(() => prepareCommit(photoWork("", { media: [] })))).failure.code,
    "media_missing",
  );
});

for (const status of [500, 502, 503, 408]) {
  Deno.test(`${status} leaves the last part in doubt, and is weather`, async () => {
    await using server = fakeTikTok();
    server.answer("part", new Response("<html>", { status }));
    const error = await errorOf(prepareCommit(lastPart(server.url)).send(signal()));
    assert.deepEqual([error.isAmbiguous, error.isUnreachable, error.failure.class], [true, true, "unknown"]);
    assert.equal(server.asked("status").length, 0);
  });
}

for (const status of [206, 202, 302]) {
  Deno.test(`${status} to the last part is no answer that it can have: a doubt`, async () => {
    await using server = fakeTikTok();
    server.answer("part", new Response(null, { status, ...status === 302 ? {} : range(HALF) }));
    const error = await errorOf(prepareCommit(lastPart(server.url)).send(signal()));
    assert.deepEqual([error.isAmbiguous, error.failure.class], [true, "unknown"]);
  });
}

Deno.test("a last part of which TikTok says that it has all bytes is there, whatever the status", async () => {
  await using server = fakeTikTok();
  for (const [status, bytes] of [[416, TOTAL], [416, TOTAL - 1], [206, TOTAL]] as const) {
    server.answer("part", new Response(null, { status, ...range(bytes) }));
    assert.equal((await prepareCommit(lastPart(server.url)).send(signal())).id, NAME);
  }
});

Deno.test("a last part that is refused is looked for by its name: it may have come before", async () => {
  await using server = fakeTikTok();
  for (const status of [400, 403, 404, 416, 429]) {
    server.answer("part", new Response(null, { status }));
    for (const word of ["PUBLISH_COMPLETE", "SEND_TO_USER_INBOX", "FAILED"]) {
      server.answer("status", statusOf(word));
      assert.equal((await prepareCommit(lastPart(server.url)).send(signal())).id, NAME, `${status} ${word}`);
    }
    server.answer("status", statusOf("PROCESSING_UPLOAD", { uploaded_bytes: HALF }));
    const error = await errorOf(prepareCommit(lastPart(server.url)).send(signal()));
    assert.deepEqual([error.isAmbiguous, ["backoff", "wait"].includes(error.failure.class)], [false, true]);
  }
});

Deno.test("a last part that is refused when nobody can tell is in doubt only where one was sent before", async () => {
  await using server = fakeTikTok();
  server.answer("part", new Response(null, { status: 404 }));
  for (const answer of [refusal(500, "internal_error"), Response.json(statusOf("PONDERING"))]) {
    server.answer("status", answer);
    const first = await errorOf(prepareCommit(lastPart(server.url)).send(signal()));
    assert.deepEqual([first.isAmbiguous, first.failure.code], [false, "upload_gone"]);
    const again = await errorOf(prepareCommit(lastPart(server.url, { committedAt: now() })).send(signal()));
    assert.deepEqual([again.isAmbiguous, again.failure.class], [true, "unknown"]);
  }
});

Deno.test("photos are what their answer names; all that names nothing is a doubt", async () => {
  await using server = fakeTikTok();
  server.answer("photos", ok({ publish_id: "p_pub_url~v2.1" }));
  const send = () => prepareCommit(photoWork(server.url)).send(signal());
  assert.equal((await send()).id, "publish:p_pub_url~v2.1");
  const doubts = [
    {},
    ok({}),
    new Response("", { status: 200 }),
    new Response("<html>", { status: 502 }),
    refusal(200, "internal_error"),
    refusal(500, "internal_error"),
    new Response(null, { status: 302, headers: { location: "https://a.example" } }),
  ];
  for (const answer of doubts) {
    server.answer("photos", answer);
    const error = await errorOf(send());
    assert.deepEqual(
      [error.isAmbiguous, error.failure.class],
      [true, "unknown"],
      JSON.stringify(error.failure),
    );
  }
});

Deno.test("photos that TikTok refuses are not there, also where it does so with HTTP 200", async () => {
  await using server = fakeTikTok();
  for (const status of [200, 400, 403]) {
    server.answer(
      "photos",
      refusal(status, "url_ownership_unverified", "The URL https://files.example/1?token=signed-1"),
    );
    const error = await errorOf(prepareCommit(photoWork(server.url)).send(signal()));
    assert.deepEqual([error.isAmbiguous, error.failure.class, error.failure.code], [
      false,
      "never",
      "url_ownership_unverified",
    ]);
    assert.match(error.failure.message, /not verified as the app's own/);
    assert.doesNotMatch(JSON.stringify(error.failure), /signed-1/);
  }
});

Deno.test("an address of a photo that cannot be made sends nothing", async () => {
  await using server = fakeTikTok();
  const media = [mediaOf("image/jpeg", 1, { url: () => Promise.reject(new Error("no storage")) })];
  await assert.rejects(prepareCommit(photoWork(server.url, { media })).send(signal()), /no storage/);
  assert.equal(server.requests.length, 0);
});

Deno.test("a video that is public has its id, to the last digit, and the address of its creator's", async () => {
  await using server = fakeTikTok();
  const creator = { username: "ana.maria" };
  for (const field of ["publicaly_available_post_id", "publicly_available_post_id"]) {
    const text = `{"data":{"status":"PUBLISH_COMPLETE","${field}":[${POST_ID}]},"error":{"code":"ok"}}`;
    server.answer("status", () => new Response(text));
    const seen = await observePost(videoWork(server.url, { facts: { creator } }), NAME);
    assert.ok(seen.state === "published");
    assert.deepEqual([seen.postId, seen.permalink, seen.warnings], [
      POST_ID,
      `https://www.tiktok.com/@ana.maria/video/${POST_ID}`,
      undefined,
    ]);
    const photos = await observePost(photoWork(server.url, { facts: { creator } }), "publish:p");
    assert.ok(photos.state === "published" && photos.permalink?.endsWith(`/photo/${POST_ID}`));
  }
});

Deno.test("without its creator's name a post has no address, and is there all the same", async () => {
  await using server = fakeTikTok();
  server.answer("status", statusOf("PUBLISH_COMPLETE", { publicaly_available_post_id: [POST_ID] }));
  const seen = await observePost(videoWork(server.url, { facts: { creator: { username: "a/../b" } } }), NAME);
  assert.ok(seen.state === "published");
  assert.deepEqual([seen.postId, seen.permalink], [POST_ID, null]);
});

Deno.test("what is moderated is named a little later: it is waited for two minutes, and published then", async () => {
  await using server = fakeTikTok();
  server.answer("status", statusOf("PUBLISH_COMPLETE", { publicaly_available_post_id: [] }));
  const early = await observePost(videoWork(server.url, { committedAt: now() }), NAME);
  assert.deepEqual([early.state, early.state === "processing" && early.seconds], ["processing", 15]);
  const committedAt = new Date(Date.now() - 121_000).toISOString();
  for (const at of [committedAt, null]) {
    const late = await observePost(videoWork(server.url, { committedAt: at }), NAME);
    assert.ok(late.state === "published");
    assert.deepEqual([late.postId, late.warnings?.map(({ code }) => code)], [null, [
      "permalink_unavailable",
    ]]);
  }
});

Deno.test("what not everybody may see is never named, and nobody waits for that", async () => {
  await using server = fakeTikTok();
  server.answer("status", statusOf("PUBLISH_COMPLETE"));
  const work = videoWork(server.url, { committedAt: now(), content: { settings: { privacy: "SELF_ONLY" } } });
  const seen = await observePost(work, NAME);
  assert.ok(seen.state === "published");
  assert.deepEqual([seen.postId, seen.permalink, seen.warnings?.[0]?.code], [
    null,
    null,
    "permalink_unavailable",
  ]);
});

Deno.test("a draft that lies in the inbox is done, with a word about what is left to do; a direct post is not", async () => {
  await using server = fakeTikTok();
  server.answer("status", statusOf("SEND_TO_USER_INBOX"));
  const draft = await observePost(videoWork(server.url, { content: { settings: { mode: "draft" } } }), NAME);
  assert.ok(draft.state === "published");
  assert.deepEqual([draft.postId, draft.warnings?.map(({ code }) => code)], [null, ["finish_in_tiktok"]]);
  assert.equal((await observePost(videoWork(server.url), NAME)).state, "unknown");
});

Deno.test("a post that failed is told in an answer that says ok, and not to be there", async () => {
  await using server = fakeTikTok();
  const reasons = {
    file_format_check_failed: "never",
    internal: "backoff",
    photo_pull_failed: "backoff",
    spam_risk_too_many_posts: "wait",
    auth_removed: "reconnect",
    publish_cancelled: "never",
    a_new_reason: "never",
  };
  for (const [reason, failureClass] of Object.entries(reasons)) {
    server.answer("status", statusOf("FAILED", { fail_reason: reason }));
    const seen = await observePost(videoWork(server.url), NAME);
    assert.ok(seen.state === "failed");
    assert.deepEqual([seen.failure.class, seen.failure.code], [failureClass, reason]);
    assert.ok(seen.failure.message.length > 0);
  }
  server.answer("status", statusOf("FAILED"));
  const silent = await observePost(videoWork(server.url), NAME);
  assert.ok(silent.state === "failed" && silent.failure.code === "failed");
});

Deno.test("words for what is under way, and those that nobody knows, are asked after again", async () => {
  await using server = fakeTikTok();
  for (const word of ["PROCESSING_UPLOAD", "PROCESSING_DOWNLOAD", "PONDERING", "failed", "", 7]) {
    server.answer("status", ok({ status: word }));
    assert.equal((await observePost(videoWork(server.url), NAME)).state, "processing", `${word}`);
  }
});

Deno.test("a name that TikTok has forgotten says nothing of the post; a question that fails is asked again", async () => {
  await using server = fakeTikTok();
  for (const code of ["invalid_publish_id", "token_not_authorized_for_specified_publish_id"]) {
    server.answer("status", refusal(400, code));
    assert.equal((await observePost(videoWork(server.url), NAME)).state, "unknown");
  }
  server.answer("status", refusal(401, "access_token_invalid"));
  await assert.rejects(observePost(videoWork(server.url), NAME), PlatformError);
});

Deno.test("a lost answer to a last part: TikTok says by the upload's name whether it came", async () => {
  await using server = fakeTikTok();
  const reconciled = async (word: string, uploaded_bytes = 0) => {
    server.answer("status", statusOf(word, { uploaded_bytes }));
    const found = await reconcilePost(lastPart(server.url, { committedAt: now() }));
    return found.state === "there" ? found.id : found.state;
  };
  assert.equal(await reconciled("PROCESSING_UPLOAD", HALF), "not_there");
  assert.equal(await reconciled("PROCESSING_UPLOAD", TOTAL), NAME);
  for (const word of ["PUBLISH_COMPLETE", "SEND_TO_USER_INBOX", "FAILED"]) {
    assert.equal(await reconciled(word), NAME);
  }
  assert.equal(await reconciled("PONDERING"), "unknown");
  server.answer("status", ok({}));
  assert.equal((await reconcilePost(lastPart(server.url))).state, "unknown");
});

Deno.test("a lost answer to photos had the only name that they have: nobody can tell", async () => {
  await using server = fakeTikTok();
  const found = await reconcilePost(photoWork(server.url, { committedAt: now() }));
  assert.deepEqual([found.state, server.requests.length], ["unknown", 0]);
});
