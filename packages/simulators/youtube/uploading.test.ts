import assert from "node:assert/strict";
import { jpeg, mp4, sha256 } from "../social/sign_in_fixture.ts";
import { reasonOf, UNIT, withYouTube } from "./youtube_client_fixture.ts";

Deno.test("a video is there with its last byte, and the books say by which request", () =>
  withYouTube({}, async (youtube) => {
    const video = mp4(2 * UNIT + 100);
    const uri = await youtube.session(video.length);
    const first = await youtube.piece(uri, video, 0, UNIT);
    assert.deepEqual([first.status, first.headers.get("range")], [308, `bytes=0-${UNIT - 1}`]);
    const second = await youtube.piece(uri, video, UNIT, 2 * UNIT);
    assert.deepEqual([second.status, second.headers.get("range")], [308, `bytes=0-${2 * UNIT - 1}`]);
    assert.equal(youtube.simulator.posts().length, 0);
    const { status, body } = await youtube.piece(uri, video, 2 * UNIT);
    assert.deepEqual([status, body.status.uploadStatus], [201, "uploaded"]);
    const [post] = youtube.simulator.posts();
    assert.deepEqual([post?.id, post?.username, post?.text, post?.commit], [
      body.id,
      "ana",
      "A day by the sea",
      1,
    ]);
    assert.deepEqual(post?.media, [{
      sha256: sha256(video),
      bytes: video.length,
      type: "video/mp4",
      altText: null,
    }]);
    assert.deepEqual([(await youtube.settled(body.id)).status.uploadStatus], ["processed"]);
    const [session] = youtube.simulator.sessions();
    assert.deepEqual([session?.sha256, session?.sentBytes, session?.videoId], [
      sha256(video),
      video.length,
      body.id,
    ]);
    assert.deepEqual(session?.pieces.map(({ from, to, sha256 }) => [from, to, sha256]), [
      [0, UNIT, sha256(video.slice(0, UNIT))],
      [UNIT, 2 * UNIT, sha256(video.slice(UNIT, 2 * UNIT))],
      [2 * UNIT, video.length, sha256(video.slice(2 * UNIT))],
    ]);
  }));

Deno.test("whoever asks is told how much is there, and of a whole video its name; asking changes nothing", () =>
  withYouTube({}, async (youtube) => {
    const video = mp4(UNIT + 100);
    const uri = await youtube.session(video.length);
    const before = await youtube.probe(uri, video.length);
    assert.deepEqual([before.status, before.headers.get("range")], [308, null]);
    await youtube.piece(uri, video, 0, UNIT);
    assert.equal((await youtube.probe(uri, video.length)).headers.get("range"), `bytes=0-${UNIT - 1}`);
    const { body: { id } } = await youtube.piece(uri, video, UNIT);
    const after = await youtube.probe(uri, video.length);
    assert.deepEqual([after.status, after.body.id], [200, id]);
    assert.deepEqual([youtube.simulator.posts().length, youtube.simulator.sessions()[0]?.probes], [1, 3]);
    // The last piece once more is no other video.
    assert.equal((await youtube.piece(uri, video, UNIT)).body.id, id);
    assert.equal(youtube.simulator.posts().length, 1);
  }));

Deno.test("pieces are checked: their place, their length, their bytes", () =>
  withYouTube({}, async (youtube) => {
    const video = mp4(3 * UNIT);
    const uri = await youtube.session(video.length);
    const put = (range: string, body: Uint8Array<ArrayBuffer>) =>
      youtube.call(uri, { method: "PUT", headers: { "content-range": range }, body });
    for (
      const range of [
        "bytes 0-9/20",
        "bytes 9-0/786432",
        "bytes 0-786432/786432",
        "bytes a-b/c",
        "0-9/786432",
      ]
    ) {
      assert.equal((await put(range, video.slice(0, 10))).status, 400, range);
    }
    assert.equal((await put(`bytes 0-${UNIT - 1}/${video.length}`, video.slice(0, 10))).status, 400);
    assert.equal((await put(`bytes 0-9/${video.length}`, video.slice(0, 10))).status, 400, "no whole unit");
    const gap = await youtube.piece(uri, video, UNIT, 2 * UNIT);
    assert.deepEqual([gap.status, gap.headers.get("range")], [308, null], "a gap is not kept");
    await youtube.piece(uri, video, 0, UNIT);
    const again = await youtube.piece(uri, video, 0, 2 * UNIT);
    assert.equal(
      again.headers.get("range"),
      `bytes=0-${2 * UNIT - 1}`,
      "what is there already may come again",
    );
    const other = Uint8Array.from(video);
    other[UNIT] = (other[UNIT] ?? 0) ^ 1;
    assert.equal((await youtube.piece(uri, other, UNIT, 3 * UNIT)).status, 400, "other bytes may not");
    assert.equal((await youtube.piece(uri, video, 2 * UNIT)).status, 201);
    assert.equal(youtube.simulator.posts()[0]?.media[0]?.sha256, sha256(video));
  }));

Deno.test("a video may come in one, and whoever says nothing of who may see it shows it to everybody", () =>
  withYouTube({}, async (youtube) => {
    const video = mp4();
    const uri = await youtube.session(video.length, { status: {} });
    assert.equal((await youtube.call(uri, { method: "PUT", body: video })).status, 201);
    assert.equal(
      (await youtube.insert(10, { status: { privacyStatus: "unlisted" } }, "snippet")).status,
      200,
    );
    const [shown] = youtube.simulator.videos();
    assert.deepEqual([shown?.privacy, shown?.title, shown?.categoryId], ["public", "The sea", "22"]);
  }));

Deno.test("a client that dies in the middle of a piece has left what came of it, in whole units", () =>
  withYouTube({}, async (youtube) => {
    const video = mp4(4 * UNIT);
    const uri = await youtube.session(video.length);
    const dying = new AbortController();
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (sent >= 2.5 * UNIT) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          dying.abort();
        }
        controller.enqueue(video.slice(sent, sent += UNIT / 4));
      },
    }, { highWaterMark: 0 });
    await assert.rejects(
      youtube.piece(uri, video, 0, 3 * UNIT, { body, signal: dying.signal }),
    );
    const { headers } = await youtube.probe(uri, video.length);
    const kept = Number(/^bytes=0-(\d+)$/.exec(headers.get("range") ?? "bytes=0--1")?.[1] ?? -1) + 1;
    assert.ok(kept % UNIT === 0 && kept <= 3 * UNIT, String(kept));
    await youtube.piece(uri, video, kept);
    assert.equal(youtube.simulator.posts()[0]?.media[0]?.sha256, sha256(video));
  }));

Deno.test("the channel lists what it has uploaded, newest first, a page at a time", () =>
  withYouTube({}, async (youtube) => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      const video = mp4();
      const uri = await youtube.session(video.length, { snippet: { title: `Film ${n}`, description: "d" } });
      ids.unshift((await youtube.piece(uri, video)).body.id);
    }
    const mine = (await youtube.call("/youtube/v3/channels?part=contentDetails&mine=true")).body.items[0];
    const list = async (pageToken = "P0") =>
      (await youtube.call(
        `/youtube/v3/playlistItems?part=snippet&maxResults=2&pageToken=${pageToken}&playlistId=${mine.contentDetails.relatedPlaylists.uploads}`,
      )).body;
    const first = await list();
    const second = await list(first.nextPageToken);
    const found = [...first.items, ...second.items].map(({ contentDetails }) => contentDetails.videoId);
    assert.deepEqual([found, second.nextPageToken], [ids, undefined]);
    assert.equal(first.items[0].snippet.title, "Film 2");
  }));

Deno.test("a thumbnail is set as often as it is wanted; an unverified channel may set none", () =>
  withYouTube({ unverified: ["bruno"] }, async (youtube) => {
    const video = mp4();
    const upload = async () => (await youtube.piece(await youtube.session(video.length), video)).body.id;
    const id = await upload();
    const image = jpeg();
    assert.equal((await youtube.thumbnail(id, image)).status, 200);
    assert.equal((await youtube.thumbnail(id, image)).status, 200);
    const { thumbnail } = youtube.simulator.videos()[0] ?? {};
    assert.deepEqual(thumbnail, { sha256: sha256(image), type: "image/jpeg", times: 2 });
    assert.deepEqual(reasonOf(await youtube.thumbnail(id, mp4())), [400, "invalidImage"]);
    assert.deepEqual(reasonOf(await youtube.thumbnail("nothing", image)), [404, "videoNotFound"]);
    youtube.token = youtube.simulator.grant("bruno").access_token;
    assert.deepEqual(reasonOf(await youtube.thumbnail(id, image)), [404, "videoNotFound"]);
    assert.deepEqual(reasonOf(await youtube.thumbnail(await upload(), image)), [403, "forbidden"]);
  }));

Deno.test("what YouTube does not take is refused with its reason", () =>
  withYouTube({}, async (youtube) => {
    const refusal = async (snippet: Record<string, unknown>, bytes = 10) =>
      reasonOf(await youtube.insert(bytes, { snippet: { title: "t", ...snippet } }));
    assert.deepEqual(await refusal({ title: "" }), [400, "invalidTitle"]);
    assert.deepEqual(await refusal({ title: "x".repeat(101) }), [400, "invalidTitle"]);
    assert.deepEqual(await refusal({ title: "a<b" }), [400, "invalidTitle"]);
    assert.deepEqual(await refusal({ description: "é".repeat(2501) }), [400, "invalidDescription"]);
    assert.deepEqual(await refusal({ tags: ["x".repeat(499), "ab"] }), [400, "invalidTags"]);
    assert.deepEqual(await refusal({ categoryId: "music" }), [400, "invalidCategoryId"]);
    assert.deepEqual(await refusal({}, 0), [400, "mediaBodyRequired"]);
    assert.deepEqual(reasonOf(await youtube.insert(10, {}, "")), [400, "missingRequiredParameter"]);
    assert.deepEqual(await refusal({ tags: ["x".repeat(497), "ab"] }), [200, undefined]);
  }));

Deno.test("a project begins so many uploads in a day of California, and a channel so many", () =>
  withYouTube(
    { insertLimit: 3, channelLimit: { limit: 1, windowMs: 86_400_000 } },
    async (youtube) => {
      const video = mp4();
      await youtube.piece(await youtube.session(video.length), video);
      assert.deepEqual(reasonOf(await youtube.insert(10)), [400, "uploadLimitExceeded"]);
      for (const person of ["bruno", "carla"]) {
        youtube.token = youtube.simulator.grant(person).access_token;
        assert.equal((await youtube.insert(10)).status, 200);
      }
      assert.deepEqual(reasonOf(await youtube.insert(10)), [403, "quotaExceeded"]);
      const quota = youtube.simulator.counts().quotas.find(({ scope }) => scope.startsWith("inserts"));
      assert.deepEqual([quota?.used, quota?.most, quota?.refused], [3, 3, 1]);
      youtube.simulator.advance(86_400_000);
      youtube.token = youtube.simulator.grant("carla").access_token;
      assert.equal((await youtube.insert(10)).status, 200);
    },
  ));

Deno.test("reads cost units of the day, and thumbnails fifty", () =>
  withYouTube({ unitLimit: 52 }, async (youtube) => {
    const video = mp4();
    const { id } = (await youtube.piece(await youtube.session(video.length), video)).body;
    await youtube.video(id);
    assert.equal((await youtube.thumbnail(id, jpeg())).status, 200);
    assert.deepEqual(reasonOf(await youtube.thumbnail(id, jpeg())), [403, "quotaExceeded"]);
    assert.equal((await youtube.call("/youtube/v3/channels?mine=true")).status, 200);
    assert.deepEqual(reasonOf(await youtube.call("/youtube/v3/channels?mine=true")), [403, "quotaExceeded"]);
  }));

Deno.test("a session is gone after a week, and was nobody's before it was begun", () =>
  withYouTube({}, async (youtube) => {
    const video = mp4();
    const uri = await youtube.session(video.length);
    assert.deepEqual(reasonOf(await youtube.piece(uri.replace(/upload_id=.+/, "upload_id=x"), video)), [
      404,
      "notFound",
    ]);
    youtube.simulator.advance(7 * 86_400_000);
    youtube.token = youtube.simulator.grant("ana").access_token;
    assert.equal((await youtube.probe(uri, video.length)).status, 404);
    assert.equal((await youtube.piece(uri, video)).status, 404);
    assert.equal(youtube.simulator.commits()[0]?.outcome, "refused");
  }));
