import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { sha256 } from "../social/sign_in_fixture.ts";
import { errorOf } from "../graph/graph_client_fixture.ts";
import { withFacebook } from "./facebook_client_fixture.ts";

Deno.test("a text is a post with an address, and is listed", () =>
  withFacebook({}, async (facebook) => {
    const { body: { id } } = await facebook.text("Good morning");
    assert.ok(id.startsWith(`${facebook.page}_`));
    const { body } = await facebook.get(`/${id}`, { fields: "permalink_url,message" });
    assert.deepEqual([body.message, body.permalink_url], [
      "Good morning",
      facebook.simulator.posts()[0]?.permalink,
    ]);
    const { body: { data } } = await facebook.get(`/${facebook.page}/published_posts`, {
      fields: "id,attachments",
    });
    assert.deepEqual(data, [{ id }]);
  }));

Deno.test("photos are nobody's to see before they are attached, and are attached once", () =>
  withFacebook({}, async (facebook) => {
    const photos = [await facebook.photo("/a.jpg"), await facebook.photo("/b.jpg")];
    assert.equal(facebook.simulator.posts().length, 0);
    const attached = Object.fromEntries(
      photos.map((id, at) => [`attached_media[${at}]`, `{"media_fbid":"${id}"}`]),
    );
    const { body: { id } } = await facebook.post(`/${facebook.page}/feed`, { message: "Two", ...attached });
    const [post] = facebook.simulator.posts();
    const sums = ["/a.jpg", "/b.jpg"].map((path) => sha256(facebook.files.get(path) ?? new Uint8Array()));
    assert.deepEqual([post?.id, post?.media.map(({ sha256 }) => sha256)], [id, sums]);
    const { body } = await facebook.get(`/${id}`, { fields: "attachments{subattachments}" });
    const parts = body.attachments.data[0].subattachments.data;
    assert.deepEqual(parts.map(({ target }: { target: { id: string } }) => target.id), photos);
    const again = await facebook.post(`/${facebook.page}/feed`, { message: "Again", ...attached });
    assert.deepEqual(errorOf(again), [400, 1, 1366051]);
  }));

Deno.test("a photo can be published by itself, and in a story", () =>
  withFacebook({}, async (facebook) => {
    const one = await facebook.post(`/${facebook.page}/photos`, {
      url: facebook.file("/a.jpg"),
      caption: "One",
    });
    assert.equal(one.body.post_id, facebook.simulator.posts()[0]?.id);
    const photo_id = await facebook.photo("/b.jpg");
    const { body } = await facebook.post(`/${facebook.page}/photo_stories`, { photo_id });
    assert.equal(body.success, true);
    const { body: { data: [story] } } = await facebook.get(`/${facebook.page}/stories`, {
      fields: "post_id,media_id",
    });
    assert.deepEqual(story, { post_id: body.post_id, media_id: photo_id });
  }));

Deno.test("a reel is begun, fetched, processed and published, in phases", () =>
  withFacebook({ processMs: 2_000 }, async (facebook) => {
    const { video_id, upload_url } = await facebook.start();
    assert.deepEqual(await facebook.phases(video_id), [
      "not_started",
      "not_started",
      "not_started",
      "processing",
    ]);
    assert.equal((await facebook.handIn(upload_url)).body.success, true);
    assert.deepEqual(await facebook.phases(video_id), [
      "complete",
      "in_progress",
      "not_started",
      "processing",
    ]);
    assert.equal((await facebook.finish(video_id, "The sea")).body.success, true);
    assert.deepEqual(await facebook.phases(video_id), [
      "complete",
      "in_progress",
      "in_progress",
      "processing",
    ]);
    await until(async () => (await facebook.phases(video_id))[2] === "complete");
    const { body } = await facebook.get(`/${video_id}`, { fields: "permalink_url,published" });
    assert.deepEqual([body.permalink_url, body.published], [`/reel/${video_id}/`, true]);
    const [post] = facebook.simulator.posts();
    assert.deepEqual([post?.id, post?.kind, post?.text], [video_id, "reel", "The sea"]);
    assert.equal(post?.media[0]?.sha256, sha256(facebook.files.get("/v.mp4") ?? new Uint8Array()));
    // It can be published once.
    assert.equal((await facebook.finish(video_id, "The sea")).body.success, true);
    assert.equal(facebook.simulator.posts().length, 1);
  }));

Deno.test("a finish before the bytes have come is 6000", () =>
  withFacebook({}, async (facebook) => {
    for (const edge of ["video_reels", "video_stories"]) {
      const { video_id } = await facebook.start(edge);
      assert.deepEqual(errorOf(await facebook.finish(video_id, "", edge)), [400, 6000, undefined]);
    }
  }));

Deno.test("a story of a video has a post of its own", () =>
  withFacebook({}, async (facebook) => {
    const { video_id, upload_url } = await facebook.start("video_stories");
    await facebook.handIn(upload_url);
    const { body } = await facebook.finish(video_id, "", "video_stories");
    assert.equal(body.post_id, facebook.simulator.posts()[0]?.id);
    const { body: video } = await facebook.get(`/${video_id}`, { fields: "post_id" });
    assert.equal(video.post_id, body.post_id);
  }));

Deno.test("a video of the feed is there when it is processed, and an upright one stays a draft", () =>
  withFacebook({}, async (facebook) => {
    const post = (path: string) =>
      facebook.post(`/${facebook.page}/videos`, { file_url: facebook.file(path), description: "Sea" });
    const { body: { id } } = await post("/v.mp4");
    await until(async () => (await facebook.phases(id))[2] === "complete");
    const { body: { data } } = await facebook.get(`/${facebook.page}/videos`, { fields: "id,description" });
    assert.deepEqual(data, [{ id, description: "Sea" }]);
    const draft = (await post("/upright.mp4")).body.id;
    await until(async () => (await facebook.phases(draft))[3] === "ready");
    assert.equal((await facebook.get(`/${draft}`, { fields: "published" })).body.published, false);
    assert.equal(facebook.simulator.posts().length, 1);
    assert.deepEqual(facebook.simulator.videos().map(({ isDraft }) => isDraft), [false, true]);
    // As a reel it is none.
    await facebook.finish(await facebook.reel("/upright.mp4"), "Upright");
    assert.equal(facebook.simulator.posts().length, 2);
  }));

Deno.test("what cannot be had or used is told of", () =>
  withFacebook({}, async (facebook) => {
    facebook.files.set("/text", new TextEncoder().encode("no film, and no photo either"));
    const video = (path: string) =>
      facebook.post(`/${facebook.page}/videos`, { file_url: facebook.file(path) });
    assert.deepEqual(errorOf(await video("/gone")), [400, 389, undefined]);
    assert.deepEqual(errorOf(await video("/text")), [400, 352, 1363024]);
    const photo = (path: string) =>
      facebook.post(`/${facebook.page}/photos`, { url: facebook.file(path), published: "false" });
    assert.deepEqual(errorOf(await photo("/gone")), [400, 324, 2069019]);
    assert.deepEqual(errorOf(await photo("/text")), [400, 1, 1366046]);
    const { video_id, upload_url } = await facebook.start();
    const lost = await facebook.handIn(upload_url, "/gone");
    assert.deepEqual([lost.status, lost.body.debug_info.type], [400, "FileFetchError"]);
    assert.equal((await facebook.phases(video_id))[0], "error");
  }));

Deno.test("the same text is not taken twice in a row, and an empty one not at all", () =>
  withFacebook({}, async (facebook) => {
    await facebook.text("Good morning");
    assert.deepEqual(errorOf(await facebook.text("Good morning")), [400, 506, undefined]);
    facebook.simulator.advance(5 * 60_000);
    assert.equal((await facebook.text("Good morning")).status, 200);
    assert.deepEqual(errorOf(await facebook.text("")), [400, 197, undefined]);
  }));

Deno.test("no page posts more often than its limit, nor more reels than its own", () =>
  withFacebook(
    { postLimit: { limit: 2, windowMs: 60_000 }, reelLimit: { limit: 1, windowMs: 60_000 } },
    async (facebook) => {
      await facebook.finish(await facebook.reel(), "one");
      assert.deepEqual(errorOf(await facebook.finish(await facebook.reel(), "two")), [400, 613, undefined]);
      await facebook.text("two");
      assert.deepEqual(errorOf(await facebook.text("three")), [400, 32, undefined]);
      assert.deepEqual(facebook.simulator.commits().map(({ outcome }) => outcome), [
        "posted",
        "refused",
        "posted",
        "refused",
      ]);
    },
  ));

Deno.test("an upload is gone after a day", () =>
  withFacebook({}, async (facebook) => {
    const { video_id, upload_url } = await facebook.start();
    facebook.simulator.advance(86_400_000);
    assert.equal((await facebook.phases(video_id))[3], "expired");
    assert.deepEqual(errorOf(await facebook.handIn(upload_url)), [400, 100, 33]);
  }));
