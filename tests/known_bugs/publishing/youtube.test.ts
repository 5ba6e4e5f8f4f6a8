/** Accidents 23 to 27 of others who publish to YouTube (docs/platforms/accidents.md), and that they are none here. */
import assert from "node:assert/strict";
import { isPart } from "../../../supabase/functions/_shared/files/ask_range.ts";
import { appAt, errorOf, mediaOf } from "../../../supabase/functions/_shared/platforms/kit/work_fixture.ts";
import {
  fakeYouTube,
  FILM,
  listed,
  namesOf,
  PICTURE,
  prepareAll,
  problem,
  takingYouTube,
  UNIT,
  VIDEO_ID,
  videoAs,
  youtubeWork,
} from "../../../supabase/functions/_shared/platforms/youtube/fake_youtube.ts";
import { youtube } from "../../../supabase/functions/_shared/platforms/youtube/youtube.ts";

const NEVER_ABORTED = new AbortController().signal;
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

Deno.test("accident 23: what makes the video visible is one step, and waiting for it another that sends nothing", async () => {
  await using server = fakeYouTube();
  takingYouTube(server);
  const work = youtubeWork(server.url);
  const { facts } = await prepareAll(work);
  const taken = await youtube.commit({ ...work, facts }).send(NEVER_ABORTED);
  assert.deepEqual([taken.id, taken.state], [VIDEO_ID, "processing"]);
  const sent = server.asked("piece").length;
  server.answer("videos", listed(videoAs("uploaded")));
  for (let n = 0; n < 5; n++) {
    const seen = await youtube.observe({ ...work, facts, committedAt: ago(1) }, taken.id);
    assert.equal(seen.state, "processing");
  }
  assert.deepEqual([server.asked("piece").length, server.asked("insert").length], [sent, 1]);
});

Deno.test("accident 24: a picture that is refused is a warning beside the video, whose id is kept", async () => {
  await using server = fakeYouTube();
  server.answer("videos", listed(videoAs("processed")));
  server.answer("thumbnail", problem(403, { reason: "forbidden", message: "The channel is not verified." }));
  const work = youtubeWork(server.url, { media: [FILM, PICTURE], committedAt: ago(1) });
  const seen = await youtube.observe(work, VIDEO_ID);
  assert.ok(seen.state === "published", seen.state);
  assert.deepEqual([seen.postId, seen.warnings?.map(({ code }) => code)], [VIDEO_ID, ["thumbnail_refused"]]);
  assert.match(seen.warnings?.[0]?.message ?? "", /not verified/);
});

Deno.test("accident 25: an empty refresh token is none, and an end that is no number of seconds is none either", async () => {
  await using server = fakeYouTube();
  const app = appAt("youtube_video", server.url);
  const got = { code: "the-code", redirectUri: "https://app.example/back", verifier: "the-verifier" };
  for (const [given, kept] of [["", null], [null, null], [undefined, null], ["1//new", "1//new"]] as const) {
    server.answer("token", { access_token: "ya29.access", refresh_token: given, expires_in: 3599 });
    const tokens = await youtube.oauth.exchange(app, got);
    assert.deepEqual([tokens.refreshToken, tokens.expiresIn], [kept, 3599]);
  }
  for (const odd of ["soon", -1, 0, null, {}]) {
    server.answer("token", { access_token: "ya29.access", expires_in: odd });
    assert.equal((await youtube.oauth.exchange(app, got)).expiresIn, null);
  }
});

Deno.test("accident 26: 409 at the beginning of an upload is passing: nothing was made, and it is begun a moment later", async () => {
  await using server = fakeYouTube();
  server.answer("insert", problem(409, { reason: "alreadyExists", status: "ALREADY_EXISTS" }));
  const { failure, isAmbiguous } = await errorOf(youtube.prepare(youtubeWork(server.url), NEVER_ABORTED));
  assert.deepEqual([failure.class, failure.scope, isAmbiguous], ["wait", "publication", false]);
  assert.ok((failure.retryAfterMs ?? 0) <= 10_000);
  takingYouTube(server);
  assert.equal(namesOf((await prepareAll(youtubeWork(server.url))).acts).at(-1), "ready");
});

Deno.test("accident 27: bytes are those that were asked for, all of them, or nothing is sent", async () => {
  const partial = (status: number, range: string | null) =>
    isPart(new Response(null, { status, headers: range === null ? {} : { "content-range": range } }), 10, 20);
  assert.equal(partial(206, "bytes 10-19/100"), true);
  const others = [
    [200, null],
    [200, "bytes 10-19/100"],
    [206, null],
    [206, "bytes 0-9/100"],
    [206, "bytes 10-18/100"],
  ] as const;
  for (const [status, range] of others) assert.equal(partial(status, range), false, `${status} ${range}`);
  await using server = fakeYouTube();
  takingYouTube(server);
  const short = {
    ...mediaOf("video/mp4", 2 * UNIT + 5),
    range: () => Promise.resolve(new Uint8Array(UNIT - 1)),
  };
  const { failure } = await errorOf(prepareAll(youtubeWork(server.url, { media: [short] })));
  assert.equal(failure.code, "media_refused");
  assert.equal(server.asked("piece").length, 0);
});
