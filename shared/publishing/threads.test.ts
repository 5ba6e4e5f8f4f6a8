/** What Threads takes, as preflight reads it (docs/platforms/threads.md#limits, #settings). */
import assert from "node:assert/strict";
import { checkOption } from "./check_option.ts";
import { THREADS_RULES, THREADS_SCOPES } from "./threads_rules.ts";
import { threadsPostSettings } from "./threads_settings.ts";

const rules = THREADS_RULES.threads_post;
const codes = (caption: string, types: readonly string[] = []) =>
  checkOption(rules, {
    caption,
    files: types.map((type) => ({ type, bytes: 1000, probe: null })),
    scopes: THREADS_SCOPES,
  }).issues.map(({ code }) => code);

Deno.test("a text has five hundred characters, and an emoji is as many as it has bytes", () => {
  assert.deepEqual(codes("x".repeat(500)), []);
  assert.deepEqual(codes("x".repeat(501)), ["text_too_long"]);
  assert.deepEqual(codes("😀".repeat(125)), []);
  assert.deepEqual(codes("😀".repeat(126)), ["text_too_long"]);
});

Deno.test("five links, each counted once", () => {
  const links = (count: number) =>
    Array.from({ length: count }, (_, n) => `https://a.example/${n}`).join(" ");
  assert.deepEqual(codes(`${links(5)} ${links(5)}`), []);
  assert.deepEqual(codes(links(6)), ["too_many_links"]);
});

Deno.test("no file, one, or up to twenty of both kinds", () => {
  assert.deepEqual(codes("a"), []);
  assert.deepEqual(codes("", ["image/png"]), []);
  assert.deepEqual(codes("", Array(10).fill(["image/jpeg", "video/mp4"]).flat()), []);
  assert.deepEqual(codes("", Array(21).fill("image/jpeg")).slice(0, 1), ["too_many_media"]);
  assert.deepEqual(codes("", ["image/gif"]), ["unsupported_file_type"]);
  assert.deepEqual(codes("", ["image/webp"]), ["unsupported_file_type"]);
});

Deno.test("files are looked at: size, shape, length, pictures in a second", () => {
  const probe = {
    contentType: "video/mp4",
    width: 1080,
    height: 1920,
    durationSeconds: 10,
    framesPerSecond: 30,
    videoCodec: "avc",
    audioCodec: "aac",
  };
  const issues = (type: string, bytes: number, given: Partial<typeof probe>) =>
    checkOption(rules, {
      caption: "",
      files: [{ type, bytes, probe: { ...probe, contentType: type, ...given } as never }],
      scopes: null,
    }).issues.map(({ code, details }) => details?.what ?? code);
  assert.deepEqual(issues("video/mp4", 1024 ** 3, {}), []);
  assert.deepEqual(issues("video/mp4", 1024 ** 3 + 1, {}), ["file_too_large"]);
  assert.deepEqual(issues("video/mp4", 1, { durationSeconds: 310 }), ["duration"]);
  assert.deepEqual(issues("video/mp4", 1, { framesPerSecond: 20 }), ["framesPerSecond"]);
  assert.deepEqual(issues("video/mp4", 1, { framesPerSecond: 120 }), ["framesPerSecond"]);
  assert.deepEqual(issues("video/mp4", 1, { width: 3840, height: 2160 }), ["width"]);
  assert.deepEqual(issues("video/mp4", 1, { videoCodec: "vp9" }), ["videoCodec"]);
  const image = { durationSeconds: null, framesPerSecond: null, videoCodec: null, audioCodec: null } as never;
  assert.deepEqual(issues("image/jpeg", 8 * 1024 ** 2, image), []);
  assert.deepEqual(issues("image/jpeg", 8 * 1024 ** 2 + 1, image), ["file_too_large"]);
  assert.deepEqual(issues("image/png", 1, { ...image as object, width: 2200, height: 200 }), ["aspect"]);
  assert.deepEqual(issues("image/png", 1, { ...image as object, width: 4000, height: 400 }), []);
});

const GOOD = {
  replyTo: "18000000000000001",
  quotePostId: "18000000000000002",
  replyControl: "followers_only",
  topicTag: "Sea and sky",
  link: "https://news.example/article",
  textAttachment: "A long story",
  isSpoiler: true,
};

Deno.test("settings are looked at closely, and others are refused", () => {
  assert.deepEqual(Object.keys(GOOD), Object.keys(threadsPostSettings.shape));
  assert.ok(threadsPostSettings.safeParse(GOOD).success);
  assert.ok(threadsPostSettings.safeParse({}).success);
  assert.ok(!threadsPostSettings.safeParse({ privacy: "PUBLIC" }).success);
  const bad = {
    replyTo: ["", "x", 18000000000000001, "1/2"],
    quotePostId: ["", "me"],
    replyControl: ["nobody", ""],
    topicTag: ["", "a.b", "a&b", "x".repeat(51)],
    link: ["", "news", "ftp://news.example/a", "https://127.0.0.1/a"],
    textAttachment: ["", "x".repeat(10_001)],
    isSpoiler: ["true", 1],
  };
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) {
      const { error } = threadsPostSettings.safeParse({ ...GOOD, [name]: value });
      assert.equal(error?.issues[0]?.path[0], name, `${name} ${JSON.stringify(value)}`);
    }
  }
});
