/** What comes of the last piece, of its lost answers, of processing and of the picture. */
import assert from "node:assert/strict";
import { ACCESS_TOKEN, bytesOf, errorOf, mediaOf } from "../kit/work_fixture.ts";
import type { Observed, PublicationWork } from "../platform.ts";
import { commitVideo } from "./commit.ts";
import {
  CHANNEL,
  fakeYouTube,
  FILM,
  listed,
  PICTURE,
  problem,
  resume,
  sentFacts,
  UNIT,
  VIDEO_ID,
  videoAs,
  youtubeWork,
} from "./fake_youtube.ts";
import { observeVideo } from "./observe.ts";
import { youtube } from "./youtube.ts";

const AT = "2026-11-27T12:00:00Z";
const after = (seconds: number) => Date.parse(AT) + seconds * 1000;
const signal = () => new AbortController().signal;
const PERMALINK = `https://www.youtube.com/watch?v=${VIDEO_ID}`;
type Server = ReturnType<typeof fakeYouTube>;

const ready = (server: Server, work: Parameters<typeof youtubeWork>[1] = {}) =>
  youtubeWork(server.url, { facts: sentFacts(server), ...work });
const committed = (server: Server, work: Parameters<typeof youtubeWork>[1] = {}) =>
  ready(server, { committedAt: AT, ...work });
const withPicture = (server: Server, work: Parameters<typeof youtubeWork>[1] = {}) =>
  committed(server, { media: [FILM, PICTURE], ...work });

Deno.test("the last piece makes the video; its name is there, and it is looked after", async () => {
  await using server = fakeYouTube();
  server.answer("piece", Response.json(videoAs("uploaded"), { status: 201 }));
  const { raw, ...done } = await commitVideo(ready(server)).send(signal());
  assert.deepEqual(done, { id: VIDEO_ID, state: "processing", permalink: PERMALINK });
  assert.ok(raw);
  const [piece] = server.asked("piece");
  assert.equal(piece?.headers.get("content-range"), `bytes ${2 * UNIT}-${2 * UNIT + 4}/${2 * UNIT + 5}`);
  assert.deepEqual(piece?.bytes, bytesOf(2 * UNIT, 2 * UNIT + 5));
});

Deno.test("the file is read before anything is sent: one that cannot be leaves nothing in doubt", async () => {
  await using server = fakeYouTube();
  const range = () => Promise.reject(new Error("Storage is away"));
  const work = ready(server, { media: [{ ...FILM, range }] });
  await assert.rejects(commitVideo(work).send(signal()), /Storage is away/);
  assert.equal(server.requests.length, 0);
});

Deno.test("there is no commit without a session, or with more than a piece to go", async () => {
  await using server = fakeYouTube();
  for (const facts of [{}, sentFacts(server, { sent: 0 }), sentFacts(server, { bytes: 7 })]) {
    const { failure, isAmbiguous } = await errorOf(() => commitVideo(ready(server, { facts })));
    assert.deepEqual([failure.code, isAmbiguous], ["upload_unfinished", false]);
  }
});

/** What the last piece is answered, and what that says. */
const ANSWERS: readonly (readonly [string, () => Response, string])[] = [
  ["a page of a proxy's", () => new Response("<html>", { status: 502 }), "unknown http_502 in doubt"],
  ["its own trouble", () => problem(503, { reason: "backendError" }), "unknown backendError in doubt"],
  [
    "a success without a name",
    () => Response.json({ kind: "youtube#video" }),
    "unknown malformed_answer in doubt",
  ],
  ["a success that is no JSON", () => new Response("ok"), "unknown malformed_answer in doubt"],
  [
    "a redirect",
    () => new Response(null, { status: 302, headers: { location: "/" } }),
    "unknown http_302 in doubt",
  ],
  ["that it has all and names nothing", () => resume(FILM.bytes), "unknown upload_unfinished in doubt"],
  ["a conflict", () => problem(409, { reason: "conflict" }), "unknown conflict in doubt"],
  [
    "a range of nonsense",
    () => new Response(null, { status: 308, headers: { range: "bytes=5-9" } }),
    "unknown http_308 in doubt",
  ],
  ["that it wants more", () => resume(2 * UNIT + 2), "wait upload_unfinished"],
  ["that it has none of it", () => resume(2 * UNIT), "backoff upload_unfinished"],
  ["that there is no session", () => problem(404), "backoff upload_session_lost"],
  ["no access", () => problem(401, { reason: "authError" }), "reconnect access_refused"],
  [
    "too much of this channel",
    () => problem(400, { reason: "uploadLimitExceeded" }),
    "wait uploadLimitExceeded",
  ],
  ["too much of the project", () => problem(403, { reason: "quotaExceeded" }), "wait quotaExceeded"],
  ["no", () => problem(400, { reason: "invalidVideoMetadata" }), "never invalidVideoMetadata"],
];

for (const [what, answer, said] of ANSWERS) {
  Deno.test(`the last piece is answered ${what}: ${said}`, async () => {
    await using server = fakeYouTube();
    server.answer("piece", answer());
    const { failure, isAmbiguous } = await errorOf(commitVideo(ready(server)).send(signal()));
    assert.equal(`${failure.class} ${failure.code}${isAmbiguous ? " in doubt" : ""}`, said);
    assert.ok(!JSON.stringify(failure).includes(ACCESS_TOKEN));
  });
}

Deno.test("a session that is gone after an earlier commit leaves that in doubt", async () => {
  await using server = fakeYouTube();
  server.answer("piece", problem(410));
  const { failure, isAmbiguous } = await errorOf(commitVideo(committed(server)).send(signal()));
  assert.deepEqual([failure.code, isAmbiguous], ["upload_session_lost", true]);
});

const channel = {
  id: CHANNEL,
  contentDetails: { relatedPlaylists: { uploads: "UU1" } },
};
const upload = (videoId: string, more: Record<string, unknown> = {}) => ({
  snippet: {
    title: "A day by the sea",
    description: "A day by the sea\r\nand a night ",
    publishedAt: new Date().toISOString(),
    ...more,
  },
  contentDetails: { videoId },
});

Deno.test("a lost commit is asked of its session: there, or not, for sure", async () => {
  await using server = fakeYouTube();
  server.answer("probe", videoAs("uploaded"), resume(2 * UNIT));
  const found = await youtube.reconcile!(committed(server));
  assert.deepEqual([found.state, "id" in found && found.id, "permalink" in found && found.permalink], [
    "there",
    VIDEO_ID,
    PERMALINK,
  ]);
  assert.equal((await youtube.reconcile!(committed(server))).state, "not_there");
  const [probe] = server.asked("probe");
  assert.deepEqual([probe?.headers.get("content-range"), probe?.bytes.length], [`bytes */${FILM.bytes}`, 0]);
});

Deno.test("where the session does not tell, nobody knows, and it is asked again", async () => {
  await using server = fakeYouTube();
  server.answer("probe", Response.json({ kind: "youtube#video" }));
  assert.equal((await youtube.reconcile!(committed(server))).state, "unknown");
  server.answer("probe", new Response("<html>", { status: 503 }));
  assert.equal((await errorOf(youtube.reconcile!(committed(server)))).isUnreachable, true);
});

/** What the channel's uploads are, once the session is gone, and what that says. */
const UPLOADS: readonly (readonly [string, unknown[], string])[] = [
  ["exactly this", [upload("other", { title: "Another" }), upload("mine")], "there mine"],
  ["nothing", [], "unknown"],
  ["the same words, of another publication", [upload("known")], "unknown"],
  ["the same words twice", [upload("one"), upload("two")], "unknown"],
  ["the same words from before", [upload("old", { publishedAt: "2026-01-01T00:00:00Z" })], "unknown"],
  ["another title", [upload("other", { title: "A day by the sea 2" })], "unknown"],
  ["another description", [upload("other", { description: "A day" })], "unknown"],
  ["what cannot be read, and this", [{ snippet: 1 }, upload("mine")], "there mine"],
];

for (const [what, items, said] of UPLOADS) {
  Deno.test(`the session is gone, and the channel has ${what}: ${said}`, async () => {
    await using server = fakeYouTube();
    server.answer("probe", problem(404));
    server.answer("channels", listed({ ...channel, id: "UC-other" }, channel));
    server.answer("playlist", { items });
    const found = await youtube.reconcile!(committed(server, { knownPostIds: ["known"] }));
    assert.equal([found.state, ..."id" in found ? [found.id] : []].join(" "), said);
    assert.equal(
      server.asked("playlist")[0]?.query.toString(),
      "part=snippet%2CcontentDetails&playlistId=UU1&maxResults=50",
    );
  });
}

Deno.test("uploads are looked through page after page, until they are older", async () => {
  await using server = fakeYouTube();
  server.answer("channels", listed(channel));
  server.answer("playlist", { items: [upload("other", { title: "x" })], nextPageToken: "n" }, {
    items: [upload("mine"), upload("old", { publishedAt: "2026-01-01T00:00:00Z" })],
    nextPageToken: "m",
  });
  const found = await youtube.reconcile!(committed(server, { facts: {}, createdAt: "2026-11-26T00:00:00Z" }));
  assert.equal(found.state === "there" && found.id, "mine");
  assert.equal(server.asked("playlist").length, 2);
  assert.equal(server.asked("playlist")[1]?.query.get("pageToken"), "n");
});

/** How a video stands so many seconds after its commit, and what that says. */
const STANDS: readonly (readonly [readonly Record<string, unknown>[], number, string])[] = [
  [[videoAs("processed")], 5, "published"],
  [[videoAs("uploaded")], 5, "processing"],
  [[videoAs("uploaded")], 599, "processing"],
  [[videoAs("uploaded")], 601, "published still_processing"],
  [[videoAs("pondering")], 5_000, "processing"],
  [[{ id: VIDEO_ID }], 5, "processing"],
  [[], 5, "processing"],
  [[], 61, "unknown"],
  [[videoAs("processed", {}, "other")], 61, "unknown"],
  ...["codec", "conversion", "emptyFile", "invalidFile", "tooSmall", "uploadAborted"].map((reason) =>
    [[videoAs("failed", { failureReason: reason })], 5, `failed failed/${reason}`] as const
  ),
  ...[
    ...["claim", "copyright", "duplicate", "inappropriate", "legal", "length", "termsOfUse", "trademark"],
    ...["uploaderAccountClosed", "uploaderAccountSuspended"],
  ].map((reason) =>
    [[videoAs("rejected", { rejectionReason: reason })], 5, `failed rejected/${reason}`] as const
  ),
  [[videoAs("failed")], 5, "failed failed"],
  [[videoAs("deleted")], 5, "failed deleted"],
  [
    [{
      ...videoAs("uploaded"),
      processingDetails: { processingStatus: "failed", processingFailureReason: "transcodeFailed" },
    }],
    5,
    "failed processing_failed/transcodeFailed",
  ],
];

for (const [items, seconds, said] of STANDS) {
  Deno.test(`a video that is ${JSON.stringify(items[0]?.status ?? null)} after ${seconds} s: ${said}`, async () => {
    await using server = fakeYouTube();
    server.answer("videos", listed(...items));
    assert.equal(spoken(await observeVideo(committed(server), VIDEO_ID, after(seconds))), said);
    assert.equal(
      server.asked("videos")[0]?.query.toString(),
      `part=status%2CprocessingDetails&id=${VIDEO_ID}`,
    );
  });
}

function spoken(observed: Observed): string {
  const more = observed.state === "published"
    ? observed.warnings?.map(({ code }) => code) ?? []
    : observed.state === "failed"
    ? [observed.failure.code]
    : [];
  if (observed.state === "failed") assert.equal(observed.failure.class, "never");
  if (observed.state === "published") assert.equal(observed.permalink, PERMALINK);
  return [observed.state, ...more].join(" ");
}

Deno.test("a Short is shown among Shorts", async () => {
  await using server = fakeYouTube();
  server.answer("videos", listed(videoAs("processed")));
  const observed = await observeVideo(committed(server, { option: "youtube_short" }), VIDEO_ID, after(5));
  assert.equal(
    observed.state === "published" && observed.permalink,
    `https://www.youtube.com/shorts/${VIDEO_ID}`,
  );
});

Deno.test("the picture is set once the video is processed, whichever place it has among the files", async () => {
  for (const media of [[FILM, PICTURE], [PICTURE, FILM]]) {
    await using server = fakeYouTube();
    server.answer("videos", listed(videoAs("uploaded")), listed(videoAs("processed")));
    server.answer("thumbnail", { kind: "youtube#thumbnailSetResponse", items: [{}] });
    const work = committed(server, { media });
    assert.equal(spoken(await observeVideo(work, VIDEO_ID, after(5))), "processing");
    assert.equal(server.asked("thumbnail").length, 0);
    assert.equal(spoken(await observeVideo(work, VIDEO_ID, after(9))), "published");
    const [request] = server.asked("thumbnail");
    assert.equal(request?.query.toString(), `videoId=${VIDEO_ID}&uploadType=media`);
    assert.equal(request?.headers.get("content-type"), "image/png");
    assert.deepEqual(request?.bytes, bytesOf(0, PICTURE.bytes));
  }
});

for (
  const [status, reason] of [
    [403, "forbidden"],
    [400, "failedPrecondition"],
    [400, "invalidImage"],
    [400, "imageFormatUnsupported"],
    [400, "imageTooTall"],
    [400, "imageTooWide"],
    [400, "mediaBodyRequired"],
    [404, "videoNotFound"],
    [413, "uploadTooLarge"],
    [403, "quotaExceeded"],
  ] as const
) {
  Deno.test(`a picture that is refused, ${reason}, is a warning on a published video`, async () => {
    await using server = fakeYouTube();
    server.answer("videos", listed(videoAs("processed")));
    server.answer("thumbnail", problem(status, { reason }));
    const observed = await observeVideo(withPicture(server), VIDEO_ID, after(5));
    assert.equal(spoken(observed), "published thumbnail_refused");
    const [warning] = observed.state === "published" ? observed.warnings ?? [] : [];
    assert.equal(warning?.field, "mediaFiles.1");
    assert.match(warning?.message ?? "", new RegExp(`\\b${reason}\\b`));
  });
}

Deno.test("a picture that may be taken later is tried later, for five minutes", async () => {
  for (
    const answer of [
      () => problem(429, { reason: "uploadRateLimitExceeded", headers: { "retry-after": "20" } }),
      () => new Response("<html>", { status: 503 }),
    ]
  ) {
    await using server = fakeYouTube();
    server.answer("videos", listed(videoAs("processed")));
    server.answer("thumbnail", answer());
    const early = await observeVideo(withPicture(server), VIDEO_ID, after(5));
    assert.ok(early.state === "processing" && (early.seconds ?? 0) >= 10);
    const late = await observeVideo(withPicture(server), VIDEO_ID, after(300));
    assert.equal(spoken(late), "published thumbnail_refused");
  }
});

Deno.test("a picture that cannot be read is waited for, and then a warning; without access the access is renewed", async () => {
  await using server = fakeYouTube();
  server.answer("videos", listed(videoAs("processed")));
  const unread: Partial<PublicationWork> = { media: [] };
  const broken = mediaOf("image/png", 9, { range: () => Promise.reject(new Error("away")) });
  for (
    const work of [{ ...withPicture(server), ...unread }, withPicture(server, { media: [FILM, broken] })]
  ) {
    assert.equal((await observeVideo(work, VIDEO_ID, after(5))).state, "processing");
    assert.equal(spoken(await observeVideo(work, VIDEO_ID, after(301))), "published thumbnail_refused");
  }
  server.answer("thumbnail", problem(401, { reason: "authError" }));
  const { failure } = await errorOf(observeVideo(withPicture(server), VIDEO_ID, after(5)));
  assert.equal(failure.code, "access_refused");
});

Deno.test("files are wanted for looking after a video with a picture alone", () => {
  const wants = (count: number) =>
    youtube.observeNeedsMedia?.(
      youtubeWork("http://127.0.0.1:9", { media: [FILM, PICTURE].slice(0, count) }).content,
    );
  assert.deepEqual([wants(1), wants(2)], [false, true]);
});
