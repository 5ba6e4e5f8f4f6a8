import assert from "node:assert/strict";
import { jpeg, mp4, sha256 } from "../social/sign_in_fixture.ts";
import { reasonOf, UNIT, withYouTube } from "./youtube_client_fixture.ts";

const video = mp4(2 * UNIT + 100);

Deno.test("of a piece less is kept than was sent, or nothing, and the 308 says so", () =>
  withYouTube({}, async (youtube) => {
    const uri = await youtube.session(video.length);
    youtube.simulator.misbehave({ fault: { kind: "keeps_less", share: 0.5, times: 1 } });
    assert.equal((await youtube.piece(uri, video, 0, UNIT)).headers.get("range"), `bytes=0-${UNIT / 2 - 1}`);
    youtube.simulator.misbehave({ fault: { kind: "keeps_less", share: 0, times: 1 } });
    const second = await youtube.piece(uri, video, UNIT / 2, UNIT / 2 + UNIT);
    assert.equal(second.headers.get("range"), `bytes=0-${UNIT / 2 - 1}`);
    youtube.simulator.misbehave({ fault: { kind: "keeps_less", share: 0.5, times: 1 } });
    const last = await youtube.piece(uri, video, UNIT / 2);
    assert.equal(last.status, 308);
    assert.equal(youtube.simulator.commits()[0]?.outcome, "refused");
    const from = Number(last.headers.get("range")?.split("-")[1]) + 1;
    assert.equal((await youtube.piece(uri, video, from)).status, 201);
    assert.equal(youtube.simulator.posts()[0]?.media[0]?.sha256, sha256(video));
  }));

Deno.test("the server breaks in the middle of a piece, half of which is kept", () =>
  withYouTube({}, async (youtube) => {
    const uri = await youtube.session(video.length);
    youtube.under({ kind: "breaks_mid_chunk", status: 503, times: 1 });
    assert.equal((await youtube.piece(uri, video, 0, 2 * UNIT)).status, 503);
    assert.equal((await youtube.probe(uri, video.length)).headers.get("range"), `bytes=0-${UNIT - 1}`);
  }));

Deno.test("a 308 says something odd of what is there", () =>
  withYouTube({}, async (youtube) => {
    const uri = await youtube.session(video.length);
    for (const range of ["bytes=5-9", "everything", ""]) {
      youtube.under({ kind: "odd_range", range, times: 1 });
      assert.equal((await youtube.probe(uri, video.length)).headers.get("range") ?? "", range);
      youtube.simulator.behave();
    }
  }));

for (const path of ["chunk", "probe", "commit"] as const) {
  Deno.test(`a session is gone with its next ${path}`, () =>
    withYouTube({}, async (youtube) => {
      const uri = await youtube.session(video.length);
      youtube.under({ kind: "session_expires", path, times: 1 });
      const answer = path === "probe"
        ? await youtube.probe(uri, video.length)
        : await youtube.piece(uri, video, 0, path === "chunk" ? UNIT : video.length);
      assert.deepEqual(reasonOf(answer), [404, "notFound"]);
      assert.equal((await youtube.probe(uri, video.length)).status, 404);
      assert.equal(youtube.simulator.posts().length, 0);
    }));
}

Deno.test("a session cannot be begun: for nothing, for the day, for the channel", () =>
  withYouTube({}, async (youtube) => {
    youtube.under(
      { kind: "already_exists", times: 1 },
      { kind: "upload_limit", times: 1 },
      { kind: "quota_exceeded", path: "insert", times: 1 },
    );
    assert.deepEqual(reasonOf(await youtube.insert(10)), [403, "quotaExceeded"]);
    assert.deepEqual(reasonOf(await youtube.insert(10)), [409, "alreadyExists"]);
    assert.deepEqual(reasonOf(await youtube.insert(10)), [400, "uploadLimitExceeded"]);
    assert.equal((await youtube.insert(10)).status, 200);
  }));

Deno.test("processing is slow, fails, is told in a word that nobody knows, or fails after success was said", () =>
  withYouTube({}, async (youtube) => {
    const upload = async () => (await youtube.piece(await youtube.session(video.length), video)).body.id;
    youtube.simulator.misbehave({ times: 1, fault: { kind: "slow_processing", ms: 60_000 } });
    const slow = await upload();
    assert.equal((await youtube.video(slow)).processingDetails.processingStatus, "processing");
    youtube.simulator.advance(60_000);
    assert.equal((await youtube.video(slow)).status.uploadStatus, "processed");
    youtube.simulator.misbehave({ times: 1, fault: { kind: "processing_fails" } });
    assert.equal((await youtube.settled(await upload())).status.failureReason, "codec");
    const fault = {
      kind: "processing_fails",
      as: "rejected",
      reason: "trademark",
      said: "processed",
    } as const;
    youtube.simulator.misbehave({ times: 1, fault });
    const rejected = await upload();
    assert.equal((await youtube.settled(rejected)).status.rejectionReason, "trademark");
    youtube.simulator.misbehave({ fault: { kind: "unknown_status", word: "pondering", times: 1 } });
    assert.equal((await youtube.video(slow)).status.uploadStatus, "pondering");
    assert.equal((await youtube.video(slow)).status.uploadStatus, "processed");
  }));

Deno.test("what is no video by its first bytes fails", () =>
  withYouTube({}, async (youtube) => {
    const picture = jpeg();
    const { id } = (await youtube.piece(await youtube.session(picture.length), picture)).body;
    assert.equal((await youtube.settled(id)).status.failureReason, "invalidFile");
    assert.equal(youtube.simulator.posts().length, 0, "nobody can watch it");
    assert.deepEqual(youtube.simulator.commits().map(({ outcome, postId }) => [outcome, postId]), [[
      "posted",
      id,
    ]]);
  }));

Deno.test("a thumbnail is refused for any reason", () =>
  withYouTube({}, async (youtube) => {
    const { id } = (await youtube.piece(await youtube.session(video.length), video)).body;
    youtube.under({ kind: "thumbnail_refused", status: 400, reason: "imageTooTall", times: 1 });
    assert.deepEqual(reasonOf(await youtube.thumbnail(id, jpeg())), [400, "imageTooTall"]);
    assert.equal((await youtube.thumbnail(id, jpeg())).status, 200);
  }));

Deno.test("reads show a video late, and any error is told, of a video that is there too", () =>
  withYouTube({}, async (youtube) => {
    youtube.simulator.misbehave({ times: 1, fault: { kind: "read_lag", ms: 60_000 } });
    const uri = await youtube.session(video.length);
    youtube.under({
      kind: "refuse",
      path: "commit",
      status: 403,
      reason: "forbidden",
      times: 1,
      accepted: true,
    });
    assert.deepEqual(reasonOf(await youtube.piece(uri, video)), [403, "forbidden"]);
    const [post] = youtube.simulator.posts();
    assert.equal(await youtube.video(post?.id ?? ""), undefined);
    youtube.simulator.advance(60_000);
    assert.ok(await youtube.video(post?.id ?? ""));
    youtube.under({ kind: "refuse", path: "videos", status: 403, reason: "forbidden", times: 1 });
    assert.equal((await youtube.call("/youtube/v3/videos?id=x")).status, 403);
  }));

Deno.test("too much is told with how long to wait, or without; an access ends, or is said to be none", () =>
  withYouTube({}, async (youtube) => {
    youtube.under({ kind: "rate_limited", path: "insert", times: 1, headers: true, seconds: 7 });
    const limited = await youtube.insert(10);
    assert.deepEqual([limited.status, limited.headers.get("retry-after")], [429, "7"]);
    youtube.under({ kind: "unauthorized", path: "insert", times: 1 });
    assert.deepEqual(reasonOf(await youtube.insert(10)), [401, "authError"]);
    youtube.under({ kind: "access_ends", path: "insert", times: 1 });
    assert.equal((await youtube.insert(10)).status, 200);
    assert.deepEqual(reasonOf(await youtube.insert(10)), [401, "authError"]);
  }));

Deno.test("who is suspended uploads nothing", () =>
  withYouTube({}, async (youtube) => {
    youtube.simulator.suspend("ana", true);
    assert.deepEqual(reasonOf(await youtube.insert(10)), [403, "authenticatedUserAccountSuspended"]);
  }));
