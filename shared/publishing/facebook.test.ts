import assert from "node:assert/strict";
import { checkOption } from "./check_option.ts";
import { FACEBOOK_RULES, FACEBOOK_SCOPES, facebookRules } from "./facebook_rules.ts";
import { FACEBOOK_OPTIONS, FACEBOOK_SETTINGS, type FacebookOption } from "./facebook_settings.ts";
import type { FoundMedia } from "./check_media.ts";

const PHOTO: FoundMedia = { type: "image/jpeg", bytes: 1000, probe: null };
const REEL: FoundMedia = {
  type: "video/mp4",
  bytes: 1000,
  probe: {
    contentType: "video/mp4",
    bytes: 1000,
    width: 1080,
    height: 1920,
    durationSeconds: 30,
    framesPerSecond: 30,
    videoCodec: "avc",
    audioCodec: "aac",
  },
};
const reelWith = (probe: Partial<NonNullable<FoundMedia["probe"]>>): FoundMedia => ({
  ...REEL,
  probe: { ...REEL.probe, ...probe } as FoundMedia["probe"],
});

function codesOf(
  option: FacebookOption,
  files: readonly FoundMedia[],
  more: { caption?: string; scopes?: string[] } = {},
) {
  const { issues } = checkOption(FACEBOOK_RULES[option], { caption: "Hello", scopes: null, files, ...more });
  return issues.map(({ code }) => code);
}

Deno.test("each option has rules, settings and the scopes of a page", () => {
  for (const option of FACEBOOK_OPTIONS) {
    assert.deepEqual(FACEBOOK_RULES[option].scopes, FACEBOOK_SCOPES);
    assert.ok(FACEBOOK_SETTINGS[option].safeParse({}).success);
    assert.ok(!FACEBOOK_SETTINGS[option].safeParse({ privacy: "public" }).success);
  }
});

Deno.test("a post is a text, or up to ten photos", () => {
  assert.deepEqual(codesOf("facebook_post", []), []);
  assert.deepEqual(codesOf("facebook_post", Array(10).fill(PHOTO)), []);
  assert.deepEqual(codesOf("facebook_post", Array(11).fill(PHOTO)), ["too_many_media", "too_many_media"]);
  assert.deepEqual(codesOf("facebook_post", [REEL]), ["unsupported_file_type"]);
  assert.deepEqual(codesOf("facebook_post", [{ ...PHOTO, bytes: 5 * 1024 * 1024 }]), ["file_too_large"]);
  assert.deepEqual(codesOf("facebook_post", [], { caption: "a".repeat(63_207) }), ["text_too_long"]);
  assert.deepEqual(codesOf("facebook_post", [], { caption: "😀".repeat(63_206) }), []);
});

Deno.test("a reel is one upright video of three to ninety seconds", () => {
  assert.deepEqual(codesOf("facebook_reel", [REEL]), []);
  assert.deepEqual(codesOf("facebook_reel", []), ["media_missing"]);
  assert.deepEqual(codesOf("facebook_reel", [PHOTO]), ["unsupported_file_type"]);
  const wrong = [
    { durationSeconds: 2 },
    { durationSeconds: 95 },
    { width: 1920, height: 1080 },
    { width: 360, height: 640 },
    { framesPerSecond: 15 },
    { videoCodec: "vp8" },
    { audioCodec: "mp3" },
  ];
  for (const probe of wrong) {
    const codes = codesOf("facebook_reel", [reelWith(probe)]);
    assert.ok(codes.length > 0 && codes.every((code) => code === "media_refused"), JSON.stringify(probe));
  }
});

Deno.test("a story is a photo or an upright video of up to a minute", () => {
  assert.deepEqual(codesOf("facebook_story", [PHOTO]), []);
  assert.deepEqual(codesOf("facebook_story", [REEL]), []);
  assert.deepEqual(codesOf("facebook_story", [reelWith({ durationSeconds: 61 })]), ["media_refused"]);
  assert.deepEqual(codesOf("facebook_story", [PHOTO, PHOTO]), ["too_many_media", "too_many_media"]);
});

Deno.test("an operator may say how large photos and how long reels may be", () => {
  const rules = facebookRules({ photo_megabytes: 10, reel_seconds: 180 });
  assert.equal(rules.facebook_post.image?.maxBytes, 10 * 1024 * 1024);
  assert.equal(rules.facebook_reel.video?.duration?.max, 180);
  assert.deepEqual(facebookRules({ photo_megabytes: "many", reel_seconds: -1 }), FACEBOOK_RULES);
});

Deno.test("a connection without one of the scopes is told which", () => {
  const { issues: [issue] } = checkOption(FACEBOOK_RULES.facebook_post, {
    caption: "Hello",
    files: [],
    scopes: ["pages_show_list", "pages_read_engagement"],
  });
  assert.deepEqual([issue?.code, issue?.details], ["missing_scope", { missing: ["pages_manage_posts"] }]);
});
