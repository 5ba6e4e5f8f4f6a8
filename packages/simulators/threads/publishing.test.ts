import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { jpeg, mp4, sha256 } from "../social/sign_in_fixture.ts";
import { errorOf } from "../graph/graph_client_fixture.ts";
import { withThreads } from "./threads_client_fixture.ts";

Deno.test("a text is a container as well, and becomes a post by one request, which the books name", () =>
  withThreads({}, async (threads) => {
    const settings = {
      topic_tag: "Sea",
      reply_control: "followers_only",
      link_attachment: "https://a.example/",
    };
    const container = await threads.text("Good morning", settings);
    const { status, body } = await threads.publish(container);
    assert.equal(status, 200);
    const [post] = threads.simulator.posts();
    assert.deepEqual([post?.id, post?.kind, post?.text, post?.media], [body.id, "TEXT", "Good morning", []]);
    const [commit] = threads.simulator.commits();
    assert.deepEqual([commit?.outcome, commit?.postId, commit?.username], ["posted", body.id, "ana"]);
    const read = await threads.get(`/${body.id}`, { fields: "permalink,text,media_type" });
    assert.match(read.body.permalink, /^https:\/\/www\.threads\.net\/@ana\/post\/\w+$/);
    assert.deepEqual([read.body.text, read.body.media_type], ["Good morning", "TEXT_POST"]);
    assert.equal((await threads.status(container)).status, "PUBLISHED");
    assert.deepEqual(threads.simulator.containers()[0]?.settings, settings);
    const feed = await threads.get(`/${threads.account}/threads`, { fields: "id,text" });
    assert.equal(feed.body.data[0].id, body.id);
  }));

Deno.test("a post has no status: its container is to be asked", () =>
  withThreads({}, async (threads) => {
    const { body } = await threads.publish(await threads.text("which"));
    assert.deepEqual(errorOf(await threads.get(`/${body.id}`, { fields: "status,error_message" })), [
      400,
      100,
      undefined,
    ]);
  }));

Deno.test("an image is fetched, and a video is in progress until it is processed", () =>
  withThreads({ processMs: 60_000 }, async (threads) => {
    const image = await threads.container({
      media_type: "IMAGE",
      image_url: threads.file("/a.jpg"),
      alt_text: "a",
    });
    const video = await threads.container({
      media_type: "VIDEO",
      video_url: threads.file("/v.mp4"),
      text: "v",
    });
    assert.equal((await threads.status(image)).status, "IN_PROGRESS");
    assert.deepEqual(errorOf(await threads.publish(video)), [400, 24, 4279009]);
    await until(async () => {
      threads.simulator.advance(60_000); // from when the video was fetched
      return (await threads.status(video)).status !== "IN_PROGRESS";
    });
    assert.equal((await threads.publish(image)).status, 200);
    assert.equal((await threads.publish(video)).status, 200);
    const file = threads.files.get("/a.jpg") ?? assert.fail();
    assert.deepEqual(threads.simulator.posts()[0]?.media, [
      { sha256: sha256(file), bytes: file.length, type: "image/jpeg", altText: "a" },
    ]);
  }));

Deno.test("a carousel has its items, in their order, and counts once", () =>
  withThreads({ processMs: 1 }, async (threads) => {
    const item = { is_carousel_item: "true" };
    const children = [
      await threads.container({
        ...item,
        media_type: "IMAGE",
        image_url: threads.file("/a.jpg"),
        alt_text: "a",
      }),
      await threads.container({ ...item, media_type: "VIDEO", video_url: threads.file("/v.mp4") }),
    ];
    for (const child of children) await threads.ready(child);
    const id = await threads.container({ media_type: "CAROUSEL", children: children.join(), text: "both" });
    await threads.ready(id);
    assert.equal((await threads.publish(id)).status, 200);
    const media = threads.simulator.posts()[0]?.media.map(({ type, altText }) => [type, altText]);
    assert.deepEqual(media, [["image/jpeg", "a"], ["video/mp4", null]]);
    const { body } = await threads.get(`/${threads.account}/threads_publishing_limit`, {
      fields: "quota_usage,config",
    });
    assert.deepEqual([body.data[0].quota_usage, body.data[0].config], [1, {
      quota_total: 250,
      quota_duration: 86400,
    }]);
  }));

Deno.test("a container is published once, and is gone after a day", () =>
  withThreads({}, async (threads) => {
    const id = await threads.text("once");
    await threads.publish(id);
    assert.equal((await threads.publish(id)).status, 400);
    assert.equal(threads.simulator.posts().length, 1);
    assert.deepEqual(threads.simulator.commits().map(({ outcome }) => outcome), ["posted", "refused"]);
    const late = await threads.text("late");
    threads.simulator.advance(86_400_000);
    assert.equal((await threads.status(late)).status, "EXPIRED");
    assert.deepEqual(errorOf(await threads.publish(late)), [400, 24, 4279009]);
  }));

Deno.test("no account posts more often than its limit, and replies count by themselves", () =>
  withThreads({ postLimit: { limit: 1, windowMs: 60_000 } }, async (threads) => {
    await threads.publish(await threads.text("first"));
    const second = await threads.text("second");
    assert.deepEqual(errorOf(await threads.publish(second)), [403, 9, 2207042]);
    assert.equal((await threads.publish(await threads.text("answer", { reply_to_id: "18" }))).status, 200);
    const { body } = await threads.get(`/${threads.account}/threads_publishing_limit`);
    assert.deepEqual([body.data[0].quota_usage, body.data[0].reply_quota_usage], [1, 1]);
    threads.simulator.advance(60_000);
    assert.equal((await threads.publish(second)).status, 200);
  }));

Deno.test("what a post cannot be is told when its container is asked for", () =>
  withThreads({ processMs: 1 }, async (threads) => {
    const { files } = threads;
    files.set("/wide.jpg", jpeg(2200, 200));
    files.set("/large.jpg", jpeg(1080, 1080, 8 * 1024 ** 2 + 1));
    files.set("/not.jpg", new Uint8Array(2000));
    const refusal = async (parameters: Record<string, string>) => {
      const { body } = await threads.ask(parameters);
      return [body.error.code, body.error.error_subcode ?? body.error.message];
    };
    const text = (text: string, more: Record<string, string> = {}) =>
      refusal({ media_type: "TEXT", text, ...more });
    const links = (count: number) =>
      Array.from({ length: count }, (_, n) => `https://a.example/${n}`).join(" ");
    assert.deepEqual((await text("x".repeat(501)))[0], 100);
    assert.deepEqual((await text("😀".repeat(126)))[0], 100);
    assert.deepEqual(await text(links(6)), [100, "THREADS_API__LINK_LIMIT_EXCEEDED"]);
    assert.deepEqual(await text(links(5), { link_attachment: "https://b.example" }), [
      100,
      "THREADS_API__LINK_LIMIT_EXCEEDED",
    ]);
    assert.equal((await text(""))[0], 100);
    assert.equal((await text("a", { reply_control: "nobody" }))[0], 100);
    assert.equal((await text("a", { topic_tag: "a.b" }))[0], 100);
    assert.equal((await text("a", { text_attachment: "long" }))[0], 100);
    const image = (path: string, more: Record<string, string> = {}) =>
      refusal({ media_type: "IMAGE", image_url: threads.file(path), ...more });
    assert.deepEqual(await image("/gone.jpg"), [1, 2207052]);
    assert.deepEqual(await image("/wide.jpg"), [36003, 2207009]);
    assert.deepEqual(await image("/large.jpg"), [36000, 2207004]);
    assert.deepEqual(await image("/not.jpg"), [36001, 2207005]);
    assert.equal((await image("/a.jpg", { link_attachment: "https://a.example" }))[0], 100);
    assert.deepEqual(await refusal({ media_type: "CAROUSEL", children: "1" }), [100, 2207028]);
    assert.deepEqual(await refusal({ media_type: "CAROUSEL", children: "1,2" }), [24, 4279009]);
    assert.equal((await refusal({ media_type: "REELS" }))[0], 100);
    files.set("/not.mp4", mp4().fill(0, 0, 16));
    for (
      const [path, why] of [["/not.mp4", "FAILED_PROCESSING_VIDEO"], [
        "/gone.mp4",
        "FAILED_DOWNLOADING_VIDEO",
      ]]
    ) {
      const id = await threads.container({ media_type: "VIDEO", video_url: threads.file(path ?? "") });
      assert.equal(await threads.ready(id), "ERROR");
      assert.equal((await threads.status(id)).error_message, why);
    }
  }));

Deno.test("an account is nobody else's", () =>
  withThreads({}, async (threads) => {
    const id = await threads.text("mine");
    threads.token = threads.simulator.grant("bruno").access_token;
    assert.deepEqual(errorOf(await threads.publish(id)), [400, 100, 33]);
    assert.deepEqual(errorOf(await threads.get(`/${id}`, { fields: "status" })), [400, 100, 33]);
    assert.equal(threads.simulator.posts().length, 0);
  }));
