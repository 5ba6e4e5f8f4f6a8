/** What is done before a commit, one act after the other, and what becomes of it when it goes wrong. */
import assert from "node:assert/strict";
import { ACCESS_TOKEN, errorOf } from "../kit/work_fixture.ts";
import { PlatformError, type PublicationWork } from "../platform.ts";
import { after, namesOf, refusal } from "../graph/fake_graph.ts";
import {
  facebookWork,
  fakeFacebook,
  FILM,
  IMAGE,
  PHOTO,
  prepareAll,
  reelWork,
  stateOf,
  VIDEO,
} from "./fake_facebook.ts";
import { prepare } from "./prepare.ts";
import { readVideo } from "./video_status.ts";
import { stepAfter } from "./video_upload.ts";

const NEVER = new AbortController().signal;
const statusOf = (body: unknown) => ({ ...readVideo(body), raw: null });
const SENT = { sent: "2026-11-27T03:00:01.000Z" };
const WHOLE = stateOf("complete", "complete");

Deno.test("a text and a video of the feed need nothing, but it is known since when they may be there", async () => {
  for (const work of [facebookWork(""), facebookWork("", "facebook_video", { media: [FILM] })]) {
    const first = await prepare(work, NEVER);
    assert.equal(first.state, "ready");
    assert.ok(Date.now() - Date.parse(String(first.facts?.ready_at)) < 5_000);
    assert.deepEqual(await prepare(after(work, first), NEVER), { state: "ready" });
  }
});

Deno.test("photos are handed over one by one, and those that were are not again", async () => {
  await using server = fakeFacebook();
  server.answer("photos", { id: "2" }, { id: "3" });
  const facts = { photo_0: PHOTO, since: "2026-11-27T03:00:00.000Z" };
  const { steps, work } = await prepareAll(
    facebookWork(server.url, "facebook_post", { media: [IMAGE, IMAGE, IMAGE], facts }),
  );
  assert.deepEqual(namesOf(steps), ["photo_handed_over", "photo_handed_over", "ready"]);
  assert.equal(server.asked("photos").length, 2);
  assert.deepEqual([work.facts.photo_0, work.facts.photo_1, work.facts.photo_2], [PHOTO, "2", "3"]);
  assert.equal(steps.at(-1)?.state === "ready" && steps.at(-1)?.until, "2026-11-28T02:00:00.000Z");
});

Deno.test("a reel is begun, told of and asked for until all of it is there", async () => {
  await using server = fakeFacebook();
  server.answer("video_reels", { video_id: VIDEO, upload_url: `${server.url}/upload` });
  server.answer("upload", { success: true });
  server.answer(
    VIDEO,
    refusal(100, 33),
    refusal(100, 33),
    stateOf("in_progress"),
    stateOf("transfer_done"),
    stateOf("complete", "in_progress"),
    WHOLE,
  );
  const { steps, error } = await prepareAll(facebookWork(server.url, "facebook_reel", { media: [FILM] }));
  assert.equal(error, null);
  assert.deepEqual(namesOf(steps), [
    "upload_started",
    "file_told",
    "video_unreadable",
    "upload_in_progress",
    "upload_status_unknown",
    "video_processing",
    "ready",
  ]);
  assert.deepEqual(steps.map((step) => step.state === "more" ? step.seconds ?? 0 : 0), [0, 2, 1, 2, 4, 8, 0]);
  assert.equal(server.asked("upload").length, 1);
});

Deno.test("whoever goes on after a crash asks first, and tells of no file whose bytes are on their way", async () => {
  for (const uploading of ["in_progress", "complete"]) {
    await using server = fakeFacebook();
    server.answer(VIDEO, stateOf(uploading));
    const step = await prepare(reelWork(server.url), NEVER);
    assert.equal(step.name, "upload_found_begun");
    assert.equal(server.asked("upload").length, 0);
  }
});

Deno.test("an upload that is not answered is asked after, and not told of twice at once", async () => {
  await using server = fakeFacebook();
  server.answer(VIDEO, stateOf("not_started"));
  const signal = AbortSignal.timeout(300);
  server.answer(
    "upload",
    () => new Promise<Response>((resolve) => setTimeout(() => resolve(new Response("{}")), 600)),
  );
  const step = await prepare(reelWork(server.url), signal);
  assert.deepEqual([step.name, step.state === "more" && step.seconds], ["upload_unanswered", 2]);
  assert.ok(step.facts?.sent);
});

Deno.test("a file that has not begun to come is told of again at the third look", async () => {
  await using server = fakeFacebook();
  server.answer(
    VIDEO,
    stateOf("not_started"),
    stateOf("not_started"),
    stateOf("not_started"),
    stateOf("not_started"),
    WHOLE,
  );
  server.answer("upload", { success: true });
  const { steps } = await prepareAll(reelWork(server.url, SENT));
  assert.deepEqual(namesOf(steps), [
    "upload_not_begun",
    "upload_not_begun",
    "upload_told_again",
    "file_told",
    "ready",
  ]);
});

Deno.test("a finish without bytes has the file told of again, unless they have come", async () => {
  await using server = fakeFacebook();
  server.answer(VIDEO, stateOf("not_started"), WHOLE);
  server.answer("upload", { success: true });
  const { steps } = await prepareAll(reelWork(server.url, { sent: "", whole_at: "" }));
  assert.deepEqual(namesOf(steps), ["file_told", "ready"]);
});

Deno.test("an upload whose bytes did not come whole is begun anew, three times at most", async () => {
  await using server = fakeFacebook();
  server.answer("video_reels", { video_id: VIDEO, upload_url: `${server.url}/upload` });
  server.answer("upload", { success: true });
  server.answer(VIDEO, stateOf("error"));
  const { steps, error } = await prepareAll(facebookWork(server.url, "facebook_reel", { media: [FILM] }));
  assert.equal(steps.filter(({ name }) => name === "upload_started").length, 4);
  assert.equal(steps.filter(({ name }) => name === "upload_failed").length, 3);
  assert.deepEqual([error?.failure.class, error?.failure.code], ["never", "video_uploading"]);
});

Deno.test("a video that cannot be used fails at once, in Facebook's words", () => {
  const body = stateOf("complete");
  const processing = { status: "error", error: { message: "Resolution too low." } };
  const status = statusOf({ ...body, status: { ...body.status, processing_phase: processing } });
  assert.throws(() => stepAfter(reelWork("", SENT), VIDEO, status, Date.now()), (error) => {
    assert.ok(error instanceof PlatformError);
    assert.deepEqual(error.failure, {
      class: "never",
      scope: "publication",
      code: "video_processing",
      message: "Resolution too low.",
      raw: null,
    });
    return true;
  });
});

Deno.test("an upload that is over its day is begun anew", async () => {
  await using server = fakeFacebook();
  server.answer(VIDEO, { id: VIDEO, status: { video_status: "expired" } });
  const step = await prepare(reelWork(server.url), NEVER);
  assert.ok(step.state === "more" && step.name === "upload_failed");
  const { facts } = after(reelWork(server.url), step);
  assert.deepEqual(facts, { again: 1 });
});

Deno.test("a video that is published is not published again", () => {
  for (const publishing of ["in_progress", "complete"]) {
    const status = statusOf(stateOf("complete", "complete", publishing));
    assert.throws(() => stepAfter(reelWork("", SENT), VIDEO, status, Date.now()), (error) => {
      assert.ok(error instanceof PlatformError && error.isAmbiguous);
      return error.failure.code === "already_published";
    });
  }
});

Deno.test("a video that was found whole long ago, or before a commit, is asked for again", async () => {
  await using server = fakeFacebook();
  server.answer(VIDEO, WHOLE);
  const now = Date.now();
  const at = (ms: number) => new Date(now - ms).toISOString();
  const works: [PublicationWork, number][] = [
    [reelWork(server.url, { ...SENT, whole_at: at(1_000), ready_at: at(1_000) }), 0],
    [reelWork(server.url, { ...SENT, whole_at: at(11 * 60_000) }), 1],
    [{ ...reelWork(server.url, { ...SENT, whole_at: at(90_000) }), committedAt: at(60_000) }, 1],
  ];
  for (const [work, asked] of works) {
    const before = server.requests.length;
    assert.equal((await prepare(work, NEVER)).state, "ready");
    assert.equal(server.requests.length - before, asked);
  }
});

Deno.test("no page's token goes to an address that is not Facebook's", async () => {
  await using server = fakeFacebook();
  server.answer("video_reels", { video_id: VIDEO, upload_url: "https://rupload.facebook.example/1" });
  const started = await errorOf(prepare(facebookWork(server.url, "facebook_reel", { media: [FILM] }), NEVER));
  assert.equal(started.failure.code, "upload_elsewhere");
  const facts = { upload_url: "https://rupload.facebook.example/1" };
  assert.equal((await errorOf(prepare(reelWork(server.url, facts), NEVER))).failure.code, "upload_elsewhere");
});

const UPLOADS: readonly (readonly [Response, string, string])[] = [
  [
    Response.json({ debug_info: { retriable: true, type: "FileFetchError", message: "Not fetched" } }, {
      status: 400,
    }),
    "backoff",
    "upload_FileFetchError",
  ],
  [
    Response.json({ debug_info: { retriable: false, type: "ProcessingFailedError", message: "No" } }, {
      status: 400,
    }),
    "never",
    "upload_ProcessingFailedError",
  ],
  [Response.json({ success: false }), "backoff", "http_200"],
  [refusal(100, 33), "backoff", "100/33"],
  [refusal(190, 460), "reconnect", "190/460"],
  [new Response("", { status: 503 }), "wait", "http_503"],
];
for (const [answer, failureClass, code] of UPLOADS) {
  Deno.test(`an upload that is answered ${code} is ${failureClass}`, async () => {
    await using server = fakeFacebook();
    server.answer(VIDEO, stateOf("not_started"));
    server.answer("upload", answer);
    const { failure } = await errorOf(prepare(reelWork(server.url), NEVER));
    assert.deepEqual([failure.class, failure.code], [failureClass, code]);
    assert.ok(!JSON.stringify(failure).includes(ACCESS_TOKEN));
  });
}

Deno.test("a start that names no video, or no photo, is no fact", async () => {
  await using server = fakeFacebook();
  server.answer("video_reels", { video_id: VIDEO });
  server.answer("photos", { success: true });
  for (const [option, file] of [["facebook_reel", FILM], ["facebook_post", IMAGE]] as const) {
    const { failure } = await errorOf(prepare(facebookWork(server.url, option, { media: [file] }), NEVER));
    assert.equal(failure.code, "malformed_answer");
  }
});

Deno.test("what preflight has refused is refused here as well, before anything is sent", async () => {
  await using server = fakeFacebook();
  const refused: PublicationWork[] = [
    facebookWork(server.url, "facebook_post", { media: Array(11).fill(IMAGE) }),
    facebookWork(server.url, "facebook_post", { media: [FILM] }),
    facebookWork(server.url, "facebook_video", { media: [IMAGE] }),
    facebookWork(server.url, "facebook_reel"),
    facebookWork(server.url, "facebook_reel", { media: [IMAGE] }),
    facebookWork(server.url, "facebook_story", { media: [IMAGE, IMAGE] }),
    facebookWork(server.url, "facebook_story", { media: [IMAGE], content: { settings: { title: "No" } } }),
  ];
  for (const work of refused) assert.equal((await errorOf(prepare(work, NEVER))).failure.class, "never");
  assert.equal(server.requests.length, 0);
});
