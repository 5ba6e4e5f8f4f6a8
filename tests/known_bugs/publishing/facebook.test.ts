/** Accidents 10 to 14 of others who publish to Facebook (docs/platforms/accidents.md), and that they are none here. */
import assert from "node:assert/strict";
import { facebook } from "../../../supabase/functions/_shared/platforms/facebook/facebook.ts";
import { fakePlatform } from "../../../supabase/functions/_shared/platforms/kit/fake_platform.ts";
import {
  ACCESS_TOKEN,
  appAt,
  contentOf,
  errorOf,
  mediaOf,
  publicationAt,
} from "../../../supabase/functions/_shared/platforms/kit/work_fixture.ts";
import type { Prepared, PublicationWork } from "../../../supabase/functions/_shared/platforms/platform.ts";
import type { Option } from "../../../shared/words/platforms.ts";
import type { MediaProbe } from "../../../shared/requests/requests_publications.ts";

const NEVER_ABORTED = new AbortController().signal;
const PAGE = "1001";
const VIDEO = "900000000000001";
const FILM = mediaOf("video/mp4", 5_000, { url: () => Promise.resolve("https://files.example/film.mp4") });

/** An endpoint is what its path has below the version; the address of uploads is `upload`. */
function fakeFacebook() {
  return fakePlatform(
    ({ path }) => path.replace(/^\/v27\.0\//, "").replace(`${PAGE}/`, "").replace(/^\//, ""),
    () => refusal(100, 33),
  );
}

function refusal(code: number, subcode?: number, message = `Error ${code}`): Response {
  return Response.json({ error: { message, type: "OAuthException", code, error_subcode: subcode } }, {
    status: 400,
  });
}

const statusOf = (phases: Record<string, string>, more: Record<string, unknown> = {}) => ({
  id: VIDEO,
  status: Object.fromEntries(
    Object.entries(phases).map(([name, status]) =>
      name === "video_status" ? [name, status] : [name, { status }]
    ),
  ),
  ...more,
});

function workAt(
  url: string,
  option: Option,
  work: Parameters<typeof publicationAt>[2] = {},
): PublicationWork {
  return publicationAt(option, url, {
    media: [FILM],
    app: appAt(option, url, { apiVersion: "v27.0" }),
    connection: { externalId: PAGE, displayName: "The Page", settings: {}, scopes: [] },
    ...work,
  });
}

/** What a worker makes of a publication's facts after a step. */
function after(work: PublicationWork, step: Prepared): PublicationWork {
  const facts: Record<string, unknown> = { ...work.facts, ...step.facts };
  for (const name of step.state === "more" ? step.forget ?? [] : []) delete facts[name];
  return { ...work, facts };
}

Deno.test("accident 10: an upright video is no draft that is called published: it is sent to reels, and success is that it is out", async () => {
  const upright = { contentType: "video/mp4", width: 1080, height: 1920 } as MediaProbe;
  const { issues } = facebook.preflight("facebook_video", contentOf(), [upright]);
  assert.equal(issues[0]?.details?.option, "facebook_reel");
  assert.deepEqual(facebook.preflight("facebook_reel", contentOf(), [upright]).issues, []);

  await using server = fakeFacebook();
  const work = workAt(server.url, "facebook_reel", {
    facts: { video: VIDEO },
    committedAt: new Date().toISOString(),
  });
  const done = { uploading_phase: "complete", processing_phase: "complete" };
  const ready = { ...done, video_status: "ready", publishing_phase: "not_started" };
  server.answer(VIDEO, statusOf(ready));
  assert.equal((await facebook.observe(work, `video:${VIDEO}`)).state, "processing", "ready is not out");
  server.answer(VIDEO, statusOf({ ...done, publishing_phase: "complete" }, { published: false }));
  const draft = await facebook.observe(work, `video:${VIDEO}`);
  assert.ok(draft.state === "failed", draft.state);
  assert.equal(draft.failure.code, "published_as_draft");
  server.answer(VIDEO, statusOf({ ...done, publishing_phase: "complete" }, { published: true }));
  assert.equal((await facebook.observe(work, `video:${VIDEO}`)).state, "published");
});

Deno.test("accident 11: a story is finished only when its bytes are there, which Facebook is told to fetch at its own address alone", async () => {
  await using server = fakeFacebook();
  server.answer("video_stories", { video_id: VIDEO, upload_url: `${server.url}/upload` });
  server.answer(VIDEO, statusOf({ uploading_phase: "not_started" }));
  server.answer("upload", { success: true });
  let work = workAt(server.url, "facebook_story");
  work = after(work, await facebook.prepare(work, NEVER_ABORTED));
  work = after(work, await facebook.prepare(work, NEVER_ABORTED));
  const [told] = server.asked("upload");
  assert.deepEqual([told?.method, told?.headers.get("file_url"), told?.headers.get("authorization")], [
    "POST",
    "https://files.example/film.mp4",
    `OAuth ${ACCESS_TOKEN}`,
  ]);
  server.answer(VIDEO, statusOf({ uploading_phase: "in_progress" }));
  const waits = await facebook.prepare(work, NEVER_ABORTED);
  assert.equal(waits.state, "more");
  server.answer(VIDEO, statusOf({ uploading_phase: "complete" }));
  const ready = await facebook.prepare(after(work, waits), NEVER_ABORTED);
  assert.equal(ready.state, "ready");

  server.answer("video_stories", { video_id: VIDEO, upload_url: "https://elsewhere.example/upload" });
  const elsewhere = await errorOf(facebook.prepare(workAt(server.url, "facebook_story"), NEVER_ABORTED));
  assert.equal(elsewhere.failure.code, "upload_elsewhere", "no token goes there");
});

Deno.test("accident 12: a post that 'does not exist' right after it was made is read again, and is there all the same", async () => {
  await using server = fakeFacebook();
  const id = `${PAGE}_5`;
  server.answer(id, refusal(100, 33));
  const seen = async (seconds: number) => {
    const committedAt = new Date(Date.now() - seconds * 1000).toISOString();
    return await facebook.observe(workAt(server.url, "facebook_post", { media: [], committedAt }), id);
  };
  const waits = [];
  for (const seconds of [0.1, 1.5, 3.5, 7.5]) {
    const found = await seen(seconds);
    assert.ok(found.state === "processing", found.state);
    waits.push(found.seconds);
  }
  assert.deepEqual(waits, [1, 2, 4, 8]);
  const found = await seen(31);
  assert.ok(found.state === "published");
  assert.deepEqual([found.postId, found.permalink], [id, null]);
  assert.ok(server.requests.every(({ path }) => path.endsWith(id)), "nothing of the page is picked instead");
});

Deno.test("accident 13: a state of a word that nobody knows is waited for, and counted: it is neither success nor a loop", async () => {
  await using server = fakeFacebook();
  const facts = { video: VIDEO, upload_url: `${server.url}/upload`, sent: new Date().toISOString() };
  let work = workAt(server.url, "facebook_reel", { facts });
  const waits: (number | undefined)[] = [];
  for (const word of ["percolating", "upload_pondered", "percolating"]) {
    server.answer(VIDEO, statusOf({ video_status: word, uploading_phase: word }));
    const step = await facebook.prepare(work, NEVER_ABORTED);
    assert.ok(step.state === "more", "it is not ready");
    waits.push(step.seconds);
    work = after(work, step);
  }
  assert.equal(work.facts.polls, 3, "each is counted");
  assert.ok(
    waits.every((seconds, n) => (seconds ?? 0) > (waits[n - 1] ?? 0)),
    "and comes later than the last",
  );
  // The one that was not known elsewhere is.
  server.answer(VIDEO, statusOf({ video_status: "upload_complete", uploading_phase: "upload_complete" }));
  assert.equal((await facebook.prepare(work, NEVER_ABORTED)).state, "ready");
});

Deno.test("accident 14: a permission that is missing is named, and the page where it is missing", async () => {
  for (
    const [code, words] of [
      [10, "This endpoint requires the 'pages_read_engagement' permission"],
      [200, "Requires pages_manage_posts permission to manage the object"],
      [299, "(#299) pages_manage_posts"],
    ] as const
  ) {
    await using server = fakeFacebook();
    server.answer("feed", refusal(code, undefined, words));
    const work = workAt(server.url, "facebook_post", { media: [] });
    const { failure } = await errorOf(facebook.commit(work).send(NEVER_ABORTED));
    assert.deepEqual([failure.class, failure.scope, failure.code], [
      "reconnect",
      "connection",
      "missing_scope",
    ]);
    assert.match(failure.message, /On the page The Page the permission pages_\w+ is missing/);
    assert.ok(failure.message.includes(words), "Facebook's own words stand beside it");
  }
});
