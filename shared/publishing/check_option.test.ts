import assert from "node:assert/strict";
import fc from "fast-check";
import type { MediaProbe } from "../requests/requests_publications.ts";
import type { FoundMedia } from "./check_media.ts";
import { checkOption } from "./check_option.ts";
import type { OptionRules } from "./option_rules.ts";

const RULES: OptionRules = {
  text: { max: 20, count: "codepoints", required: true },
  links: { max: 1 },
  hashtags: { max: 2 },
  mentions: { max: 1 },
  media: { min: 1, max: 3, images: 2, videos: 1, gifs: 1 },
  image: { types: ["image/jpeg", "image/png"], maxBytes: 1000, aspect: { min: 0.8, max: 1.91 } },
  video: {
    types: ["video/mp4"],
    maxBytes: 5000,
    duration: { min: 3, max: 60 },
    width: { max: 1920 },
    framesPerSecond: { min: 23, max: 60 },
    videoCodecs: ["avc", "hevc"],
    audioCodecs: ["aac"],
  },
  gif: { types: ["image/gif"], maxBytes: 100 },
  scopes: ["write", "media|all"],
};

const found = (type: string, changes: Partial<MediaProbe> = {}, bytes = 100): FoundMedia => ({
  type,
  bytes,
  probe: {
    contentType: type,
    bytes,
    width: 1000,
    height: 1000,
    durationSeconds: type.startsWith("video/") ? 10 : null,
    framesPerSecond: type.startsWith("video/") ? 30 : null,
    videoCodec: type.startsWith("video/") ? "avc" : null,
    audioCodec: null,
    ...changes,
  },
});
const JPEG = found("image/jpeg");

const check = (changes: Partial<Parameters<typeof checkOption>[1]>, rules = RULES) =>
  checkOption(rules, { caption: "hi", files: [JPEG], scopes: ["write", "all"], ...changes });
const faults = (changes: Parameters<typeof check>[0]) =>
  check(changes).issues.map(({ code, field, details }) => [code, field, details]);

Deno.test("what an option takes is taken without a word", () => {
  for (
    const files of [[JPEG], [JPEG, JPEG], [found("video/mp4", { audioCodec: "aac" })], [found("image/gif")]]
  ) {
    assert.deepEqual(check({ files }), { issues: [], warnings: [] });
  }
});

Deno.test("a caption is counted, and what is in it", () => {
  assert.deepEqual(faults({ caption: "é".repeat(21) }), [
    ["text_too_long", "caption", { count: 21, maximum: 20 }],
  ]);
  assert.deepEqual(faults({ caption: "👍".repeat(20) }), [], "by code points");
  assert.deepEqual(faults({ caption: " " }), [["text_missing", "caption", {}]]);
  assert.deepEqual(faults({ caption: "#a #b #c @d @e" }), [
    ["too_many_hashtags", "caption", { count: 3, maximum: 2 }],
    ["too_many_mentions", "caption", { count: 2, maximum: 1 }],
  ]);
  assert.deepEqual(faults({ caption: "http://a http://b" }), [
    ["too_many_links", "caption", { count: 2, maximum: 1 }],
  ]);
});

Deno.test("files are counted, in all and by kind, and kinds do not go together unless they may", () => {
  assert.deepEqual(faults({ files: [] }), [["media_missing", "mediaFiles", { count: 0, minimum: 1 }]]);
  assert.deepEqual(faults({ files: [JPEG, JPEG, JPEG] }), [
    ["too_many_media", "mediaFiles", { kind: "image", count: 3, maximum: 2 }],
  ]);
  const mixed = [JPEG, found("video/mp4")];
  assert.deepEqual(faults({ files: mixed }), [
    ["media_refused", "mediaFiles", { there: ["image", "video"] }],
  ]);
  const rules = { ...RULES, media: { ...RULES.media, mixed: true } };
  assert.deepEqual(check({ files: mixed }, rules).issues, []);
});

Deno.test("a file is refused for its type, size, length, shape, rate or codec, each named", () => {
  for (
    const [file, code, details] of [
      [found("video/quicktime"), "unsupported_file_type", { type: "video/quicktime" }],
      [{ type: null, bytes: 9, probe: null }, "unsupported_file_type", { type: null }],
      [found("image/jpeg", {}, 1001), "file_too_large", { bytes: 1001, limit: 1000 }],
      [found("image/jpeg", {}, 0), "media_refused", { bytes: 0 }],
      [found("image/jpeg", { width: 3000 }), "media_refused", { what: "aspect", actual: 3 }],
      [found("video/mp4", { durationSeconds: 2 }), "media_refused", { what: "duration", minimum: 3 }],
      [found("video/mp4", { width: 2000 }), "media_refused", { what: "width", maximum: 1920 }],
      [found("video/mp4", { framesPerSecond: 15 }), "media_refused", { what: "framesPerSecond" }],
      [found("video/mp4", { videoCodec: "vp9" }), "media_refused", { what: "videoCodec", actual: "vp9" }],
      [found("video/mp4", { audioCodec: "opus" }), "media_refused", { what: "audioCodec" }],
    ] as const
  ) {
    const [issue] = check({ files: [file] }).issues;
    assert.deepEqual([issue?.code, issue?.field], [code, "mediaFiles.0"], JSON.stringify(file));
    for (const [name, value] of Object.entries(details)) assert.deepEqual(issue?.details?.[name], value);
  }
});

Deno.test("what could not be told of a file is a warning, not a refusal", () => {
  for (const file of [{ ...JPEG, probe: null }, found("video/mp4", { durationSeconds: null })]) {
    const { issues, warnings } = check({ files: [file] });
    assert.deepEqual([issues, warnings.map(({ field }) => field)], [[], ["mediaFiles.0"]]);
  }
});

Deno.test("a GIF is an image where there is no rule for it", () => {
  const { gif: _, ...rules } = RULES;
  assert.equal(check({ files: [found("image/gif")] }, rules).issues[0]?.code, "unsupported_file_type");
  const image = { types: ["image/gif"], maxBytes: 1000 };
  assert.deepEqual(check({ files: [found("image/gif")] }, { ...rules, image }).issues, []);
});

Deno.test("a scope that is missing is named, and one of two is enough where either will do", () => {
  assert.deepEqual(faults({ scopes: ["media"] }), [["missing_scope", "connections", { missing: ["write"] }]]);
  assert.deepEqual(faults({ scopes: ["write"] }), [["missing_scope", "connections", {
    missing: ["media|all"],
  }]]);
  assert.deepEqual(faults({ scopes: null }), [], "nothing was chosen");
});

Deno.test("an option is taken exactly when nothing is beyond its table", () => {
  const file = fc.record({
    bytes: fc.integer({ min: 1, max: 2000 }),
    width: fc.integer({ min: 100, max: 3000 }),
    height: fc.integer({ min: 100, max: 3000 }),
  });
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.array(file, { maxLength: 4 }),
      (caption, files) => {
        const { issues } = check({
          caption,
          files: files.map(({ bytes, ...size }) => found("image/png", size, bytes)),
        });
        const isText = caption.trim() !== "" && [...caption].length <= 20;
        const areFiles = files.length >= 1 && files.length <= 2 && files.every(({ bytes, width, height }) => {
          const aspect = width / height;
          return bytes <= 1000 && aspect >= 0.8 * 0.99 && aspect <= 1.91 * 1.01;
        });
        const ofText = issues.filter(({ code }) => code.startsWith("text_"));
        const ofFiles = issues.filter(({ field }) => field.startsWith("mediaFiles"));
        assert.deepEqual([ofText.length === 0, ofFiles.length === 0], [isText, areFiles]);
      },
    ),
    { numRuns: 1000 },
  );
});

Deno.test("a document is taken where it may be, alone and without a look into it", () => {
  const rules: OptionRules = {
    ...RULES,
    media: { min: 1, max: 1, documents: 1 },
    image: undefined,
    document: { types: ["application/pdf", "application/msword"], maxBytes: 1000 },
  };
  const pdf: FoundMedia = { type: "application/pdf", bytes: 100, probe: null };
  assert.deepEqual(check({ files: [pdf] }, rules), { issues: [], warnings: [] });
  const wrong = (files: FoundMedia[], as = rules) => check({ files }, as).issues.map(({ code }) => code);
  assert.deepEqual(wrong([{ ...pdf, bytes: 1001 }]), ["file_too_large"]);
  assert.deepEqual(wrong([{ ...pdf, type: "application/zip" }]), ["unsupported_file_type"]);
  assert.deepEqual(wrong([pdf, pdf]), ["too_many_media", "too_many_media"]);
  assert.deepEqual(wrong([JPEG]), ["unsupported_file_type"]);
  assert.deepEqual(wrong([pdf], RULES), ["unsupported_file_type"]);
  assert.deepEqual(wrong([JPEG, pdf], { ...RULES, document: rules.document }), ["media_refused"]);
});
