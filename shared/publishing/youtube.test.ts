/** What YouTube takes, as preflight reads it (docs/platforms/youtube.md#limits, #settings). */
import fc from "fast-check";
import assert from "node:assert/strict";
import { OPTIONS } from "../words/platforms.ts";
import { checkOption } from "./check_option.ts";
import { YOUTUBE_RULES, YOUTUBE_SCOPES, YOUTUBE_TITLE_MAX } from "./youtube_rules.ts";
import { ignoredYouTubeSettings, YOUTUBE_OPTIONS, YOUTUBE_SETTINGS } from "./youtube_settings.ts";
import { youtubeTagsLength, youtubeTitle } from "./youtube_title.ts";

const PROBE = {
  contentType: "video/mp4",
  bytes: 1,
  width: 1080,
  height: 1920,
  durationSeconds: 60,
  framesPerSecond: 30,
  videoCodec: "avc",
  audioCodec: "aac",
};
const VIDEO = { type: "video/mp4", bytes: 1, probe: PROBE };
const IMAGE = {
  type: "image/jpeg",
  bytes: 1,
  probe: { ...PROBE, contentType: "image/jpeg", durationSeconds: null },
};

type Files = Parameters<typeof checkOption>[1]["files"];

const faults = (option: keyof typeof YOUTUBE_RULES, files: Files, caption = "A day by the sea") =>
  checkOption(YOUTUBE_RULES[option], { caption, files, scopes: YOUTUBE_SCOPES }).issues.map(({ code }) =>
    code
  );

Deno.test("every option of YouTube's has rules and settings", () => {
  assert.deepEqual([...YOUTUBE_OPTIONS], OPTIONS.filter((option) => option.startsWith("youtube_")));
  for (const option of YOUTUBE_OPTIONS) assert.ok(YOUTUBE_RULES[option] && YOUTUBE_SETTINGS[option]);
});

Deno.test("a video, and a picture beside it that is its thumbnail", () => {
  for (const option of YOUTUBE_OPTIONS) {
    assert.deepEqual(faults(option, [VIDEO]), []);
    assert.deepEqual(faults(option, [IMAGE, VIDEO]), []);
    assert.deepEqual(faults(option, []), ["media_missing"]);
    assert.deepEqual(faults(option, [VIDEO, VIDEO]), ["too_many_media"]);
    assert.deepEqual(faults(option, [IMAGE, IMAGE]), ["too_many_media"]);
    assert.deepEqual(faults(option, [VIDEO, { ...IMAGE, type: "image/gif" }]), ["unsupported_file_type"]);
    assert.deepEqual(faults(option, [VIDEO, { ...IMAGE, bytes: 50 * 1024 ** 2 + 1 }]), ["file_too_large"]);
  }
});

Deno.test("a Short is three minutes at the most and not wider than tall; a video may be either", () => {
  const long = { ...VIDEO, probe: { ...PROBE, durationSeconds: 200 } };
  const wide = { ...VIDEO, probe: { ...PROBE, width: 1920, height: 1080 } };
  const square = { ...VIDEO, probe: { ...PROBE, width: 1080, height: 1080 } };
  assert.deepEqual(faults("youtube_short", [long]), ["media_refused"]);
  assert.deepEqual(faults("youtube_short", [wide]), ["media_refused"]);
  assert.deepEqual(faults("youtube_short", [square]), []);
  for (const file of [long, wide]) assert.deepEqual(faults("youtube_video", [file]), []);
  const endless = { ...VIDEO, probe: { ...PROBE, durationSeconds: 13 * 3600 } };
  assert.deepEqual(faults("youtube_video", [endless]), ["media_refused"]);
});

Deno.test("a description is counted in bytes", () => {
  assert.deepEqual(faults("youtube_video", [VIDEO], "x".repeat(5000)), []);
  assert.deepEqual(faults("youtube_video", [VIDEO], "é".repeat(2501)), ["text_too_long"]);
  const { issues } = checkOption(YOUTUBE_RULES.youtube_video, {
    caption: "é".repeat(2501),
    files: [VIDEO],
    scopes: null,
  });
  assert.equal(issues[0]?.message, "The caption has 5002 bytes; 5000 are taken.");
});

Deno.test("both scopes must be granted", () => {
  const { issues } = checkOption(YOUTUBE_RULES.youtube_video, {
    caption: "",
    files: [VIDEO],
    scopes: [YOUTUBE_SCOPES[0]],
  });
  assert.deepEqual(issues[0]?.details, { missing: [YOUTUBE_SCOPES[1]] });
});

Deno.test("a title is the one that is set, or the first line of the caption", () => {
  assert.equal(youtubeTitle({ caption: "First\nsecond", title: " Mine " }), "Mine");
  assert.equal(youtubeTitle({ caption: "\r\n  First \r\nsecond" }), "First");
  assert.equal(youtubeTitle({ caption: " First", title: " " }), "First");
  assert.equal(youtubeTitle({ caption: " \n \u2028 " }), null);
  assert.equal(youtubeTitle({ caption: "x".repeat(99) + "👨‍👩‍👧 and more" }), "x".repeat(99));
});

Deno.test("whatever the caption is, its title is a text of one to a hundred characters in one line, or none", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (caption) => {
    const title = youtubeTitle({ caption });
    if (title === null) return assert.equal(caption.trim(), "");
    assert.ok(title.length >= 1 && title.length <= YOUTUBE_TITLE_MAX, JSON.stringify(title));
    assert.ok(!/[\r\n]/.test(title) && title.isWellFormed());
  }));
});

Deno.test("tags are counted with the commas between them and quotation marks around those with a blank", () => {
  assert.equal(youtubeTagsLength([]), 0);
  assert.equal(youtubeTagsLength(["sea"]), 3);
  assert.equal(youtubeTagsLength(["sea", "by the sea"]), 3 + 1 + 12);
});

Deno.test("settings that YouTube would not take are refused, and those that it does not know", () => {
  const takes = (settings: unknown) => YOUTUBE_SETTINGS.youtube_video.safeParse(settings).success;
  assert.ok(takes({}) && takes({ title: "x".repeat(100), privacy: "unlisted", categoryId: "22" }));
  for (
    const settings of [
      { title: "" },
      { title: "x".repeat(101) },
      { title: "a<b" },
      { tags: ["a,b"] },
      { tags: ["a<"] },
      { privacy: "friends" },
      { categoryId: "music" },
      { license: "mine" },
      { language: "Portuguese" },
      { publishAt: "2026-12-01T00:00:00Z" },
    ]
  ) assert.ok(!takes(settings), JSON.stringify(settings));
});

Deno.test("nobody is told of a video that is not public: who asks for that is told so", () => {
  const ignored = (settings: Parameters<typeof ignoredYouTubeSettings>[0]) =>
    ignoredYouTubeSettings(settings).map(({ code, field }) => `${code} ${field}`);
  const refused = ["settings_ignored settings.notifySubscribers"];
  assert.deepEqual(ignored({ notifySubscribers: true }), refused, "left out, it is private");
  assert.deepEqual(ignored({ notifySubscribers: true, privacy: "unlisted" }), refused);
  assert.deepEqual(ignored({ notifySubscribers: true, privacy: "public" }), []);
  assert.deepEqual(ignored({ notifySubscribers: false }), []);
});
