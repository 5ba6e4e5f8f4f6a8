import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { jpeg, mp4, sha256 } from "../social/sign_in_fixture.ts";
import { errorOf } from "../graph/graph_client_fixture.ts";
import { withInstagram } from "./instagram_client_fixture.ts";

Deno.test("an image is fetched, processed and published, and the books say by which request", () =>
  withInstagram({}, async (instagram) => {
    const container = await instagram.image("Good morning");
    const { status, body } = await instagram.publish(container);
    assert.equal(status, 200);
    const [post] = instagram.simulator.posts();
    const file = instagram.files.get("/a.jpg") ?? assert.fail();
    assert.deepEqual([post?.id, post?.kind, post?.text, post?.media], [body.id, "IMAGE", "Good morning", [
      { sha256: sha256(file), bytes: file.length, type: "image/jpeg", altText: null },
    ]]);
    const [commit] = instagram.simulator.commits();
    assert.deepEqual([commit?.outcome, commit?.postId, commit?.username], ["posted", body.id, "ana"]);
    const read = await instagram.get(`/${body.id}`, { fields: "permalink,caption,media_type" });
    assert.match(read.body.permalink, /^https:\/\/www\.instagram\.com\/p\/\w+\/$/);
    assert.deepEqual([read.body.caption, read.body.media_type], ["Good morning", "IMAGE"]);
    assert.equal((await instagram.status(container)).status_code, "PUBLISHED");
    const feed = await instagram.get(`/${instagram.account}/media`, { fields: "id,caption,timestamp" });
    assert.equal(feed.body.data[0].id, body.id);
  }));

Deno.test("a reel says that it is in progress, and cannot be published until it is finished", () =>
  withInstagram({ processMs: 60_000 }, async (instagram) => {
    const id = await instagram.container({
      media_type: "REELS",
      video_url: instagram.file("/v.mp4"),
      caption: "r",
    });
    assert.equal((await instagram.status(id)).status_code, "IN_PROGRESS");
    assert.deepEqual(errorOf(await instagram.publish(id)), [400, 9007, 2207027]);
    await until(async () => {
      instagram.simulator.advance(60_000); // from when the video was fetched
      return (await instagram.status(id)).status_code !== "IN_PROGRESS";
    });
    assert.equal(await instagram.ready(id), "FINISHED");
    const { body } = await instagram.publish(id);
    assert.match((await instagram.get(`/${body.id}`, { fields: "permalink" })).body.permalink, /\/reel\//);
  }));

Deno.test("a carousel has its items, in their order, and counts once", () =>
  withInstagram({ processMs: 1 }, async (instagram) => {
    const item = { is_carousel_item: "true" };
    const children = [
      await instagram.container({ ...item, image_url: instagram.file("/a.jpg"), alt_text: "a lighthouse" }),
      await instagram.container({ ...item, media_type: "VIDEO", video_url: instagram.file("/v.mp4") }),
    ];
    for (const child of children) await instagram.ready(child);
    const id = await instagram.container({
      media_type: "CAROUSEL",
      children: children.join(),
      caption: "both",
    });
    await instagram.ready(id);
    assert.equal((await instagram.publish(id)).status, 200);
    const media = instagram.simulator.posts()[0]?.media.map(({ type, altText }) => [type, altText]);
    assert.deepEqual(media, [["image/jpeg", "a lighthouse"], ["video/mp4", null]]);
    const { body } = await instagram.get(`/${instagram.account}/content_publishing_limit`, {
      fields: "quota_usage,config",
    });
    assert.deepEqual(body.data, [{ quota_usage: 1, config: { quota_total: 50, quota_duration: 86400 } }]);
  }));

Deno.test("a story has no caption in its address, and an image of any shape", () =>
  withInstagram({ processMs: 1 }, async (instagram) => {
    instagram.files.set("/tall.jpg", jpeg(1080, 1920));
    const id = await instagram.container({ media_type: "STORIES", image_url: instagram.file("/tall.jpg") });
    await instagram.ready(id);
    assert.equal((await instagram.publish(id)).status, 200);
    assert.equal(instagram.simulator.posts()[0]?.kind, "STORIES");
  }));

Deno.test("a container is published once", () =>
  withInstagram({}, async (instagram) => {
    const id = await instagram.image("once");
    await instagram.publish(id);
    assert.equal((await instagram.publish(id)).status, 400);
    assert.equal(instagram.simulator.posts().length, 1);
    assert.deepEqual(instagram.simulator.commits().map(({ outcome }) => outcome), ["posted", "refused"]);
  }));

Deno.test("a container is gone after a day", () =>
  withInstagram({}, async (instagram) => {
    const id = await instagram.image("late");
    instagram.simulator.advance(86_400_000);
    assert.equal((await instagram.status(id)).status_code, "EXPIRED");
    assert.deepEqual(errorOf(await instagram.publish(id)), [400, 24, 2207020]);
  }));

Deno.test("no account posts more often than its limit", () =>
  withInstagram({ postLimit: { limit: 1, windowMs: 60_000 } }, async (instagram) => {
    await instagram.publish(await instagram.image("first"));
    const second = await instagram.image("second");
    assert.deepEqual(errorOf(await instagram.publish(second)), [403, 9, 2207042]);
    instagram.simulator.advance(60_000);
    assert.equal((await instagram.publish(second)).status, 200);
  }));

Deno.test("media that cannot be had or used are told of: images at once, videos by the container", () =>
  withInstagram({ processMs: 1 }, async (instagram) => {
    const { files, account } = instagram;
    files.set("/wide.jpg", jpeg(2000, 500));
    files.set("/large.jpg", jpeg(1080, 1080, 8 * 1024 ** 2 + 1));
    files.set("/not.jpg", new Uint8Array(2000));
    const refusal = async (parameters: Record<string, string>) =>
      errorOf(await instagram.post(`/${account}/media`, parameters)).slice(1);
    const image = (path: string) => refusal({ image_url: instagram.file(path) });
    assert.deepEqual(await image("/gone.jpg"), [9004, 2207052]);
    assert.deepEqual(await image("/wide.jpg"), [36003, 2207009]);
    assert.deepEqual(await image("/large.jpg"), [36000, 2207004]);
    assert.deepEqual(await image("/not.jpg"), [36001, 2207005]);
    assert.deepEqual(await refusal({ image_url: "nowhere" }), [9004, 2207052]);
    assert.deepEqual(await refusal({ media_type: "VIDEO", video_url: instagram.file("/v.mp4") }), [
      100,
      2207089,
    ]);
    assert.deepEqual(await refusal({ image_url: instagram.file("/a.jpg"), caption: "x".repeat(2201) }), [
      36004,
      2207010,
    ]);
    assert.deepEqual(await refusal({ media_type: "CAROUSEL", children: "1" }), [100, 2207028]);
    files.set("/not.mp4", mp4().fill(0, 0, 16));
    const id = await instagram.container({ media_type: "REELS", video_url: instagram.file("/not.mp4") });
    assert.equal(await instagram.ready(id), "ERROR");
    assert.match((await instagram.status(id)).status, /2207026/);
    assert.deepEqual(errorOf(await instagram.publish(id)), [400, 352, 2207026]);
  }));

Deno.test("an account is nobody else's", () =>
  withInstagram({}, async (instagram) => {
    const id = await instagram.image("mine");
    instagram.token = instagram.simulator.grant("bruno").access_token;
    assert.deepEqual(errorOf(await instagram.publish(id)), [400, 100, 33]);
    assert.deepEqual(errorOf(await instagram.get(`/${id}`, { fields: "status_code" })), [400, 100, 33]);
    assert.equal(instagram.simulator.posts().length, 0);
  }));
