import assert from "node:assert/strict";
import { jpeg, mp4, sha256 } from "../social/sign_in_fixture.ts";
import { withX } from "./x_client_fixture.ts";

Deno.test("a post is there once it is answered, and the books say by which request", () =>
  withX({}, async (x) => {
    const { status, body } = await x.tweet("Good morning");
    assert.equal(status, 201);
    assert.equal(body.data.text, "Good morning");
    const [post] = x.simulator.posts();
    assert.deepEqual([post?.id, post?.username, post?.text, post?.commit], [
      body.data.id,
      "ana",
      "Good morning",
      1,
    ]);
    const [commit] = x.simulator.commits();
    assert.deepEqual([commit?.outcome, commit?.postId, commit?.status], ["posted", body.data.id, 201]);
    const me = (await x.call("/2/users/me?user.fields=profile_image_url")).body.data;
    assert.equal(me.username, "ana");
    const { body: { data, meta } } = await x.call(
      `/2/users/${me.id}/tweets?max_results=5&tweet.fields=created_at`,
    );
    assert.deepEqual([data[0].id, meta.result_count], [body.data.id, 1]);
    assert.equal(Date.parse(data[0].created_at), post?.at.getTime());
  }));

Deno.test("a video goes in pieces, is processed, and is in the post byte for byte", () =>
  withX({ processMs: 60_000 }, async (x) => {
    const video = mp4(5000);
    const id = await x.upload(video);
    assert.equal((await x.finalize(id)).body.data.processing_info.state, "pending");
    assert.equal((await x.tweet("too early", [id])).status, 400);
    x.simulator.advance(40_000);
    assert.equal((await x.status(id)).body.data.processing_info.state, "in_progress");
    x.simulator.advance(20_000);
    await x.ready(id);
    assert.equal((await x.tweet("a video", [id])).status, 201);
    assert.deepEqual(x.simulator.posts()[0]?.media, [
      { sha256: sha256(video), bytes: 5000, type: "video/mp4", altText: null },
    ]);
  }));

Deno.test("an image goes in one, as a form or in JSON, with an alternative text", () =>
  withX({}, async (x) => {
    const image = jpeg();
    const form = new FormData();
    form.set("media_category", "tweet_image");
    form.set("media", new Blob([image], { type: "image/jpeg" }), "a.jpg");
    const first = (await x.call("/2/media/upload", { method: "POST", body: form })).body.data;
    const media = btoa(String.fromCharCode(...image));
    const second = (await x.post("/2/media/upload", { media, media_category: "tweet_image" })).body.data;
    const metadata = { alt_text: { text: "a lighthouse" } };
    assert.equal((await x.post("/2/media/metadata", { id: second.id, metadata })).status, 200);
    assert.equal((await x.tweet("two images", [first.id, second.id])).status, 201);
    assert.deepEqual(x.simulator.posts()[0]?.media.map(({ sha256, altText }) => [sha256, altText]), [
      [sha256(image), null],
      [sha256(image), "a lighthouse"],
    ]);
  }));

Deno.test("a piece that is sent again takes the place of the one before", () =>
  withX({}, async (x) => {
    const video = mp4(3000);
    const id = await x.upload(video);
    await x.append(id, 1, new Uint8Array(1024));
    await x.append(id, 1, video.slice(1024, 2048));
    await x.ready(id);
    await x.tweet("", [id]);
    assert.equal(x.simulator.posts()[0]?.media[0]?.sha256, sha256(video));
  }));

Deno.test("pieces that do not make the whole are told of", () =>
  withX({}, async (x) => {
    const begun = await x.post("/2/media/upload/initialize", {
      media_type: "video/mp4",
      total_bytes: 3000,
      media_category: "tweet_video",
    });
    const { id } = begun.body.data;
    await x.append(id, 0, mp4(1024));
    assert.match(JSON.stringify((await x.finalize(id)).body), /do not add up/);
    await x.append(id, 2, new Uint8Array(1024));
    assert.match(JSON.stringify((await x.finalize(id)).body), /missing/);
  }));

Deno.test("the same post again is a duplicate, unless its media differ, or a day has passed", () =>
  withX({}, async (x) => {
    await x.tweet("Once");
    const { status, body } = await x.tweet("Once");
    assert.equal(status, 403);
    assert.match(body.detail, /duplicate content/);
    const id = await x.upload(mp4());
    await x.ready(id);
    assert.equal((await x.tweet("Once", [id])).status, 201);
    x.simulator.advance(86_400_001);
    x.token = x.simulator.grant("ana").access_token;
    assert.equal((await x.tweet("Once")).status, 201);
    assert.deepEqual(x.simulator.commits().map(({ outcome }) => outcome), [
      "posted",
      "refused",
      "posted",
      "posted",
    ]);
  }));

Deno.test("reads give links as X's own, escape signs, and put the media last", () =>
  withX({}, async (x) => {
    const id = await x.upload(mp4());
    await x.ready(id);
    const { data: { id: first } } = (await x.tweet("1 < 2 & https://example.com/a", [id])).body;
    const { id: user } = (await x.call("/2/users/me")).body.data;
    const read = async () =>
      (await x.call(`/2/users/${user}/tweets?tweet.fields=entities,attachments,referenced_tweets`)).body.data;
    const [post] = await read();
    assert.deepEqual(post.attachments.media_keys, [`7_${id}`]);
    await x.post("/2/tweets", { text: "An answer", reply: { in_reply_to_tweet_id: first } });
    assert.deepEqual((await read())[0].referenced_tweets, [{ type: "replied_to", id: first }]);
    assert.match(post.text, /^1 &lt; 2 &amp; https:\/\/t\.co\/\w{10} https:\/\/t\.co\/\w{10}$/);
    assert.equal(post.entities.urls[0].expanded_url, "https://example.com/a");
  }));

Deno.test("what X does not take is refused with its reason", () =>
  withX({}, async (x) => {
    const refusal = async (text: string, media?: string[]) => {
      const { status, body } = await x.tweet(text, media);
      return [status, body.errors?.[0].message ?? body.detail];
    };
    const notPermitted = [403, "You are not permitted to perform this action."];
    assert.deepEqual(await refusal("x".repeat(281)), notPermitted);
    assert.deepEqual(await refusal("漢".repeat(141)), notPermitted);
    assert.deepEqual(await refusal(""), [400, "One of text or media is required."]);
    assert.deepEqual(await refusal("$AA and $BB"), [403, "A Tweet can have a maximum of one cashtag."]);
    assert.deepEqual(await refusal("a", ["1"]), [400, "Your media IDs are invalid."]);
    assert.equal((await x.tweet("x".repeat(280))).status, 201);
    assert.equal((await x.tweet(`${"x".repeat(256)} https://example.com/${"y".repeat(300)}`)).status, 201);
  }));

Deno.test("no account posts more often than its limit, and no app; both say when there is more", () =>
  withX(
    { accountLimit: { limit: 2, windowMs: 60_000 }, appLimit: { limit: 3, windowMs: 600_000 } },
    async (x) => {
      const first = await x.tweet("1");
      assert.equal(first.headers.get("x-rate-limit-remaining"), "1");
      await x.tweet("2");
      const third = await x.tweet("3");
      assert.deepEqual([third.status, third.headers.get("x-rate-limit-remaining")], [429, "0"]);
      const wait = Number(third.headers.get("x-rate-limit-reset")) - Date.now() / 1000;
      assert.ok(wait > 55 && wait < 62, String(wait));
      x.token = x.simulator.grant("bruno").access_token;
      assert.equal((await x.tweet("4")).status, 201);
      const fifth = await x.tweet("5");
      assert.deepEqual([fifth.status, fifth.headers.get("x-app-limit-24hour-remaining")], [429, "0"]);
      x.simulator.advance(60_000);
      assert.equal((await x.tweet("6")).status, 429);
      x.simulator.advance(540_000);
      assert.equal((await x.tweet("7")).status, 201);
      const most = x.simulator.counts().quotas.map(({ scope, most }) => [scope.replace(/\d{9,}/, "…"), most]);
      assert.deepEqual(most, [["posts:…", 2], ["posts:…", 1], ["posts of app:x-simulator-client", 3]]);
    },
  ));
