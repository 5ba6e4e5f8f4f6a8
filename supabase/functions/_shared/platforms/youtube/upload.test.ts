/** Videos on their way to YouTube: what is sent, where a worker that dies goes on, and what is begun anew. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { jsonOf } from "../../runtime/fake_runtime.ts";
import { ACCESS_TOKEN, bytesOf, errorOf, mediaOf } from "../kit/work_fixture.ts";
import {
  begun,
  fakeYouTube,
  FILM,
  listed,
  namesOf,
  prepareAll,
  problem,
  resume,
  sentFacts,
  takingYouTube,
  UNIT,
  VIDEO_ID,
  videoAs,
  youtubeWork,
} from "./fake_youtube.ts";
import { commitVideo } from "./commit.ts";
import { pieceBytesOf } from "./session.ts";

const rangesOf = (requests: readonly { headers: Headers }[]) =>
  requests.map(({ headers }) => headers.get("content-range"));
const sessionIn = (facts: Record<string, unknown>) =>
  facts.session as { uri: string | null; sent: number; session: number };
const signal = () => new AbortController().signal;

Deno.test("a session is begun with all that YouTube is told, and the pieces but the last are sent, each an act", async () => {
  await using server = fakeYouTube();
  const sessions = takingYouTube(server);
  const { acts, facts } = await prepareAll(youtubeWork(server.url));
  assert.deepEqual(namesOf(acts), ["session_begun", "piece_sent", "piece_sent", "ready"]);
  const [insert] = server.asked("insert");
  assert.equal(insert?.query.toString(), "uploadType=resumable&part=snippet%2Cstatus");
  assert.equal(insert?.headers.get("x-upload-content-length"), String(FILM.bytes));
  assert.equal(insert?.headers.get("x-upload-content-type"), "video/mp4");
  assert.deepEqual(jsonOf(insert!), {
    snippet: {
      title: "A day by the sea",
      description: "A day by the sea\nand a night",
      categoryId: "22",
    },
    status: { privacyStatus: "private", selfDeclaredMadeForKids: false },
  });
  assert.deepEqual(rangesOf(server.asked("piece")), [
    `bytes 0-${UNIT - 1}/${FILM.bytes}`,
    `bytes ${UNIT}-${2 * UNIT - 1}/${FILM.bytes}`,
  ]);
  assert.ok(
    server.requests.every(({ headers }) => headers.get("authorization") === `Bearer ${ACCESS_TOKEN}`),
  );
  assert.deepEqual(sessions.get("session-1")?.bytes.equals(bytesOf(0, 2 * UNIT)), true);
  assert.equal(sessionIn(facts).sent, 2 * UNIT);
  // Google keeps a session for a week: a day less it is relied on.
  const days = (Date.parse(acts[0]?.until ?? "") - Date.now()) / 86_400_000;
  assert.ok(days > 5.9 && days < 6.1, String(days));
});

Deno.test("all settings are sent under YouTube's names", async () => {
  await using server = fakeYouTube();
  takingYouTube(server);
  const settings = {
    ...{ title: "The sea", privacy: "public", tags: ["sea", "by the sea"], categoryId: "19" },
    ...{ madeForKids: true, madeWithAi: true, notifySubscribers: false, embeddable: false },
    ...{ license: "creativeCommon", language: "pt-BR" },
  };
  await prepareAll(youtubeWork(server.url, { content: { settings } }));
  const [insert] = server.asked("insert");
  assert.equal(insert?.query.get("notifySubscribers"), "false");
  assert.deepEqual(jsonOf(insert!), {
    snippet: {
      title: "The sea",
      description: "A day by the sea\nand a night",
      tags: ["sea", "by the sea"],
      categoryId: "19",
      defaultLanguage: "pt-BR",
    },
    status: {
      privacyStatus: "public",
      selfDeclaredMadeForKids: true,
      containsSyntheticMedia: true,
      embeddable: false,
      license: "creativeCommon",
    },
  });
});

Deno.test("a short film is one piece, and that is the commit's: nothing is sent before", async () => {
  await using server = fakeYouTube();
  takingYouTube(server);
  for (const bytes of [1, UNIT]) {
    const { acts } = await prepareAll(youtubeWork(server.url, { media: [mediaOf("video/mp4", bytes)] }));
    assert.deepEqual(namesOf(acts), ["session_begun", "ready"]);
  }
  assert.equal(server.asked("piece").length, 0);
});

Deno.test("a worker that dies anywhere costs no byte: YouTube is asked first, and nothing is sent twice", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: 14 }), { maxLength: 10 }),
      async (deaths) => {
        await using server = fakeYouTube();
        const sessions = takingYouTube(server);
        const film = mediaOf("video/mp4", 5 * UNIT + 77);
        const work = youtubeWork(server.url, { media: [film] });
        const { acts, facts } = await prepareAll(work, { isKept: (n) => !deaths.includes(n) });
        assert.equal(namesOf(acts).at(-1), "ready");
        await commitVideo({ ...work, facts }).send(signal());
        const [session] = sessions.values();
        assert.ok(session?.bytes.equals(bytesOf(0, film.bytes)));
        assert.equal(session?.sentBytes, film.bytes);
        assert.equal(sessions.size, 1);
      },
    ),
    { numRuns: 15 },
  );
});

Deno.test("what YouTube keeps of a piece counts, however little: the rest is sent from there", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { maxLength: 8 }),
      async (kept) => {
        await using server = fakeYouTube();
        const sessions = takingYouTube(
          server,
          (n, piece) => Math.max(Math.floor(piece.length * (kept[n] ?? 1)), 1),
        );
        const film = mediaOf("video/mp4", 3 * UNIT + 11);
        const work = youtubeWork(server.url, { media: [film] });
        let facts: Record<string, unknown> = {};
        for (let commits = 0; commits < 20; commits++) {
          facts = (await prepareAll({ ...work, facts })).facts;
          const done = await commitVideo({ ...work, facts }).send(signal()).catch((error) => error);
          if ("id" in done) break;
          assert.deepEqual([done.failure.code, done.isAmbiguous], ["upload_unfinished", false]);
        }
        assert.ok(sessions.get("session-1")?.bytes.equals(bytesOf(0, film.bytes)));
      },
    ),
    { numRuns: 15 },
  );
});

Deno.test("where YouTube keeps nothing it is tried more and more seldom, and then given up for now", async () => {
  await using server = fakeYouTube();
  takingYouTube(server, () => 0);
  const work = youtubeWork(server.url);
  const pauses: unknown[] = [];
  let facts: Record<string, unknown> = {};
  const error = await errorOf(async () => {
    for (;;) {
      const { acts: [act] } = await prepareAll({ ...work, facts }, { most: 1 });
      assert.ok(act?.state === "more");
      facts = { ...facts, ...act.facts };
      if (act.name === "piece_sent") pauses.push(act.seconds);
    }
  });
  assert.deepEqual(pauses, [2, 4, 8, 16, 30, 30]);
  assert.deepEqual([error.failure.class, error.failure.code], ["backoff", "upload_stalled"]);
});

Deno.test("a session that is gone is begun anew, three times in all", async () => {
  await using server = fakeYouTube();
  let sessions = 0;
  server.answer("insert", () => begun(server, `session-${++sessions}`));
  server.answer("piece", problem(404), problem(410));
  const error = await errorOf(prepareAll(youtubeWork(server.url)));
  assert.deepEqual([error.failure.class, error.failure.code, sessions], ["never", "upload_session_lost", 3]);
});

Deno.test("a session that is gone after a commit is not begun anew while the channel shows such a video", async () => {
  await using server = fakeYouTube();
  server.answer("probe", problem(404));
  server.answer("channels", listed(channel()));
  const found = { items: [uploaded()] };
  server.answer("playlist", found, { items: [] });
  const committedAt = new Date().toISOString();
  const work = youtubeWork(server.url, { facts: sentFacts(server), committedAt });
  const error = await errorOf(prepareAll(work));
  assert.deepEqual([error.isAmbiguous, error.failure.code], [true, "upload_session_lost"]);
  assert.equal(server.asked("insert").length, 0);
  takingYouTube(server);
  server.answer("probe", problem(404), resume(2 * UNIT));
  const { acts } = await prepareAll(work);
  assert.deepEqual(namesOf(acts).slice(0, 2), ["session_lost", "session_begun"]);
});

Deno.test("a session that has the whole video is done with: the commit asks for its name and sends nothing", async () => {
  await using server = fakeYouTube();
  server.answer("probe", videoAs("uploaded"));
  server.answer("videos", listed(videoAs("uploaded")));
  const work = youtubeWork(server.url, { facts: sentFacts(server, { name: "whole" }) });
  const { acts, facts } = await prepareAll(work);
  assert.deepEqual(namesOf(acts), ["session_complete", "ready"]);
  assert.equal((await commitVideo({ ...work, facts }).send(signal())).id, VIDEO_ID);
  assert.equal(server.asked("piece").length, 0);
  assert.equal(rangesOf(server.asked("probe")).at(-1), `bytes */${FILM.bytes}`);
});

Deno.test("of a session whose video came to nothing another is made", async () => {
  await using server = fakeYouTube();
  takingYouTube(server);
  server.answer("probe", videoAs("uploaded"));
  server.answer("videos", listed(videoAs("failed", { failureReason: "codec" })));
  const { acts } = await prepareAll(
    youtubeWork(server.url, { facts: sentFacts(server, { name: "spent" }) }),
    { most: 2 },
  );
  assert.deepEqual(namesOf(acts), ["session_spent", "session_begun"]);
});

Deno.test("a piece that is refused for its place has YouTube asked what it wants", async () => {
  await using server = fakeYouTube();
  server.answer("insert", () => begun(server, "misplaced"));
  server.answer("piece", problem(416, {}), resume(2 * UNIT));
  server.answer("probe", resume(UNIT));
  const { acts, facts } = await prepareAll(youtubeWork(server.url));
  assert.deepEqual(namesOf(acts), ["session_begun", "piece_sent", "piece_sent", "ready"]);
  assert.equal(sessionIn(facts).sent, 2 * UNIT);
});

Deno.test("what is refused for a reason of its own is that: not asked after, and not tried again", async () => {
  await using server = fakeYouTube();
  server.answer("insert", () => begun(server, "limited"));
  server.answer("piece", problem(400, { reason: "uploadLimitExceeded" }));
  const { failure } = await errorOf(prepareAll(youtubeWork(server.url)));
  assert.deepEqual([failure.class, failure.scope, failure.retryAfterMs], ["wait", "connection", 86_400_000]);
  assert.equal(server.asked("probe").length, 0);
});

Deno.test("the server's trouble over a piece is weather, and the next worker asks how much has come", async () => {
  await using server = fakeYouTube();
  takingYouTube(server);
  const work = youtubeWork(server.url);
  const { facts } = await prepareAll(work, { most: 1 });
  server.answer("piece", new Response("<html>", { status: 503 }));
  const error = await errorOf(prepareAll({ ...work, facts }));
  assert.deepEqual([error.isUnreachable, error.isAmbiguous, error.failure.class], [true, false, "wait"]);
  server.answer("probe", resume(UNIT));
  server.answer("piece", resume(2 * UNIT));
  const { acts } = await prepareAll({ ...work, facts });
  assert.deepEqual(namesOf(acts), ["session_probed", "piece_sent", "ready"]);
});

Deno.test("a session at another's address is none: no access is sent there", async () => {
  await using server = fakeYouTube();
  const elsewhere = [
    "https://evil.example/upload?upload_id=1",
    "http://www.googleapis.com/upload?upload_id=1",
    "https://googleapis.com.evil.example/?upload_id=1",
    "https://evilgoogleapis.com/?upload_id=1",
    "https://user:pass@www.googleapis.com/?upload_id=1",
    "https://www.googleapis.com:444/?upload_id=1",
    "/upload?upload_id=1",
  ];
  for (const location of elsewhere) {
    server.answer("insert", new Response(null, { headers: { location } }));
    const { failure } = await errorOf(prepareAll(youtubeWork(server.url)));
    assert.equal(failure.code, "malformed_answer", location);
    const facts = sentFacts(server, { uri: location });
    await errorOf(() => commitVideo(youtubeWork(server.url, { facts })));
  }
  server.answer("insert", new Response(null));
  assert.equal((await errorOf(prepareAll(youtubeWork(server.url)))).failure.code, "malformed_answer");
  const location = "https://upload.youtube.googleapis.com/x?upload_id=1";
  server.answer("insert", new Response(null, { headers: { location } }));
  const { facts } = await prepareAll(youtubeWork(server.url), { most: 1 });
  assert.equal(sessionIn(facts).uri, location);
});

Deno.test("what can be no video is not begun", async () => {
  await using server = fakeYouTube();
  const codeOf = async (work: Parameters<typeof youtubeWork>[1]) =>
    (await errorOf(prepareAll(youtubeWork(server.url, work)))).failure.code;
  assert.equal(await codeOf({ content: { caption: " " } }), "text_missing");
  assert.equal(await codeOf({ content: { caption: "1 < 2" } }), "invalid_input");
  assert.equal(await codeOf({ content: { settings: { title: "a>b" } } }), "invalid_input");
  assert.equal(await codeOf({ content: { settings: { notifySubscribers: true } } }), "settings_ignored");
  assert.equal(await codeOf({ media: [mediaOf("image/png", 3)] }), "media_missing");
  const connection = { externalId: "1", displayName: null, settings: {}, scopes: ["openid"] };
  assert.equal(await codeOf({ connection }), "missing_scope");
  assert.equal(server.requests.length, 0);
});

Deno.test("pieces are as long as the operator has them, in whole units of 256 KiB; else 8 MiB", () => {
  const of = (chunk_bytes: unknown) => pieceBytesOf({ settings: { chunk_bytes } }) / UNIT;
  assert.deepEqual([undefined, "1", NaN, null].map(of), [32, 32, 32, 32]);
  assert.deepEqual([-1, 0, 1, UNIT * 2.9, UNIT * 1e6].map(of), [1, 1, 1, 2, 256]);
});

Deno.test("a file that turns out shorter than it was said to be is refused, and nothing of it sent", async () => {
  await using server = fakeYouTube();
  takingYouTube(server);
  const film = { ...FILM, range: (from: number) => Promise.resolve(bytesOf(from, from + 1)) };
  const { failure } = await errorOf(prepareAll(youtubeWork(server.url, { media: [film] })));
  assert.equal(failure.code, "media_refused");
  assert.equal(server.asked("piece").length, 0);
});

function channel() {
  return {
    id: "UC0000000000000000000001",
    contentDetails: { relatedPlaylists: { uploads: "UU0000000000000000000001" } },
  };
}

function uploaded() {
  return {
    snippet: {
      title: "A day by the sea",
      description: "A day by the sea\nand a night",
      publishedAt: new Date().toISOString(),
    },
    contentDetails: { videoId: VIDEO_ID },
  };
}
