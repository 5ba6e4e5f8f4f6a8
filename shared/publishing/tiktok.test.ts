/** What TikTok takes, as preflight reads it (docs/platforms/tiktok.md#limits, #settings). */
import assert from "node:assert/strict";
import { OPTIONS } from "../words/platforms.ts";
import { checkOption } from "./check_option.ts";
import { isTikTokDraft, tiktokChoices } from "./tiktok_choices.ts";
import { TIKTOK_RULES } from "./tiktok_rules.ts";
import { TIKTOK_OPTIONS, TIKTOK_SETTINGS } from "./tiktok_settings.ts";

const DIRECT = { privacy: "PUBLIC_TO_EVERYONE" };
const issuesOf = (option: "tiktok_video" | "tiktok_photo", settings: Record<string, unknown>, files = 1) =>
  tiktokChoices(option, settings, files).map(({ code, field }) => `${code} ${field}`);

Deno.test("every option of TikTok's has rules and settings", () => {
  const options = OPTIONS.filter((option) => option.startsWith("tiktok_"));
  assert.deepEqual([...TIKTOK_OPTIONS].toSorted(), options.toSorted());
  for (const option of TIKTOK_OPTIONS) {
    assert.ok(TIKTOK_RULES[option].scopes.length > 0 && TIKTOK_SETTINGS[option]);
  }
});

Deno.test("whoever may post directly or hand in drafts may be connected, and whoever may do neither may not", () => {
  const missing = (scopes: string[]) =>
    checkOption(TIKTOK_RULES.tiktok_video, { caption: "", files: [], scopes }).issues
      .filter(({ code }) => code === "missing_scope").length;
  assert.equal(missing(["user.info.basic", "video.publish"]), 0);
  assert.equal(missing(["user.info.basic", "video.upload"]), 0);
  assert.equal(missing(["user.info.basic"]), 1);
  assert.equal(missing(["video.publish", "video.upload"]), 1);
});

Deno.test("captions are counted as TikTok does: in UTF-16 units", () => {
  const tooLong = (option: "tiktok_video" | "tiktok_photo", caption: string) =>
    checkOption(TIKTOK_RULES[option], { caption, files: [], scopes: null }).issues
      .some(({ code }) => code === "text_too_long");
  assert.deepEqual([tooLong("tiktok_video", "🦊".repeat(1100)), tooLong("tiktok_video", "🦊".repeat(1101))], [
    false,
    true,
  ]);
  assert.deepEqual([tooLong("tiktok_photo", "a".repeat(4000)), tooLong("tiktok_photo", "a".repeat(4001))], [
    false,
    true,
  ]);
});

Deno.test("a video is what TikTok's transfer guide says, and photos are JPEG or WebP, 35 at the most", () => {
  const film = (change: Record<string, unknown>) =>
    checkOption(TIKTOK_RULES.tiktok_video, {
      caption: "",
      files: [{
        type: "video/mp4",
        bytes: 1000,
        probe: {
          contentType: "video/mp4",
          bytes: 1000,
          width: 1080,
          height: 1920,
          durationSeconds: 60,
          framesPerSecond: 30,
          videoCodec: "avc",
          audioCodec: "aac",
          ...change,
        },
      }],
      scopes: null,
    }).issues.map(({ code }) => code);
  assert.deepEqual(film({}), []);
  for (
    const wrong of [{ durationSeconds: 700 }, { width: 300 }, { height: 5000 }, { framesPerSecond: 12 }, {
      videoCodec: "av1",
    }]
  ) assert.deepEqual(film(wrong), ["media_refused"], JSON.stringify(wrong));
  const photos = (type: string, count: number) =>
    checkOption(TIKTOK_RULES.tiktok_photo, {
      caption: "",
      files: Array.from({ length: count }, () => ({ type, bytes: 10, probe: null })),
      scopes: null,
    }).issues.map(({ code }) => code);
  assert.deepEqual([photos("image/webp", 35), photos("image/png", 1)], [[], ["unsupported_file_type"]]);
  assert.deepEqual([photos("image/jpeg", 36), photos("image/jpeg", 0)], [
    ["too_many_media", "too_many_media"],
    [
      "media_missing",
    ],
  ]);
});

Deno.test("who may see a direct post has to be said: there is no default", () => {
  for (const option of TIKTOK_OPTIONS) {
    assert.deepEqual(issuesOf(option, {}), ["invalid_input settings.privacy"]);
    assert.deepEqual(issuesOf(option, { mode: "direct" }), ["invalid_input settings.privacy"]);
    assert.deepEqual(issuesOf(option, DIRECT), []);
    assert.deepEqual(issuesOf(option, { mode: "draft" }), []);
  }
});

Deno.test("what a draft ignores is refused, also where it says what would be so anyway", () => {
  const VALUES: Record<string, unknown> = {
    privacy: "SELF_ONLY",
    coverTimestampMs: 0,
    title: "T",
    coverIndex: 0,
  };
  for (const option of TIKTOK_OPTIONS) {
    const heeded = option === "tiktok_photo" ? ["mode", "title", "coverIndex"] : ["mode"];
    for (const name of Object.keys(TIKTOK_SETTINGS[option].shape)) {
      const settings = { [name]: VALUES[name] ?? false, mode: "draft" };
      assert.deepEqual(
        issuesOf(option, settings),
        heeded.includes(name) ? [] : [`settings_ignored settings.${name}`],
        `${option} ${name}`,
      );
    }
  }
  assert.deepEqual([isTikTokDraft({ mode: "draft" }), isTikTokDraft({})], [true, false]);
});

Deno.test("a paid partnership is seen by somebody", () => {
  const branded = (privacy: string) => issuesOf("tiktok_video", { privacy, brandedContent: true });
  assert.deepEqual(branded("SELF_ONLY"), ["invalid_input settings.brandedContent"]);
  assert.deepEqual(branded("MUTUAL_FOLLOW_FRIENDS"), []);
});

Deno.test("the cover is one of the pictures", () => {
  assert.deepEqual(issuesOf("tiktok_photo", { ...DIRECT, coverIndex: 1 }, 2), []);
  assert.deepEqual(issuesOf("tiktok_photo", { ...DIRECT, coverIndex: 2 }, 2), [
    "invalid_input settings.coverIndex",
  ]);
});
