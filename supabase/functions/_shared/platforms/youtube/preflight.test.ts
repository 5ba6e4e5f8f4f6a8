/** What is looked at before a video is charged, beside the table of rules. */
import assert from "node:assert/strict";
import type { Option } from "../../../../../shared/words/platforms.ts";
import { contentOf } from "../kit/work_fixture.ts";
import { youtube } from "./youtube.ts";

type Content = NonNullable<Parameters<typeof contentOf>[0]>;

const VIDEO = { name: "a.mp4", size: 1, path: "a", type: "video/mp4" };
const IMAGE = { name: "b.png", size: 1, path: "b", type: "image/png" };
const SET = { title: "The sea", privacy: "public" };
const look = (
  content: Content,
  probes: Parameters<typeof youtube.preflight>[2] = [],
  option: Option = "youtube_video",
) => {
  const { issues, warnings } = youtube.preflight(
    option,
    contentOf({ mediaFiles: [VIDEO], ...content }),
    probes,
  );
  return [
    ...issues.map(({ code, field }) => `${code} ${field}`),
    ...warnings.map(({ code, field }) => `(${code} ${field})`),
  ];
};
const PRIVATE = "(private_by_default settings.privacy)";
const TITLED = "(title_from_caption settings.title)";

const CASES: readonly (readonly [string, Content, readonly string[]])[] = [
  ["a title and who may see it", { settings: SET }, []],
  ["a caption alone", {}, [TITLED, PRIVATE]],
  ["a title alone", { caption: "", settings: { title: "The sea" } }, [PRIVATE]],
  ["neither", { caption: " \n" }, ["text_missing settings.title", PRIVATE]],
  ["a blank title", { caption: "", settings: { title: " " } }, ["text_missing settings.title", PRIVATE]],
  ["signs in the caption", { caption: "1 < 2", settings: SET }, ["invalid_input caption"]],
  ["signs in the title", { settings: { ...SET, title: "a>b" } }, [
    "invalid_input settings.title",
    TITLED,
    PRIVATE,
  ]],
  ["an unknown setting", { settings: { ...SET, publishAt: "x" } }, [
    "invalid_input settings",
    TITLED,
    PRIVATE,
  ]],
  ["a wish that is not heeded", {
    settings: { title: "The sea", privacy: "unlisted", notifySubscribers: true },
  }, [
    "settings_ignored settings.notifySubscribers",
  ]],
  ["many tags", { settings: { ...SET, tags: Array.from({ length: 51 }, () => "123456789") } }, [
    "invalid_input settings.tags",
  ]],
  ["as many tags as there may be", {
    settings: { ...SET, tags: Array.from({ length: 50 }, () => "123456789") },
  }, []],
  ["a picture alone", { settings: SET, mediaFiles: [IMAGE] }, [
    "media_missing mediaFiles",
    "(thumbnail_may_be_refused mediaFiles.0)",
  ]],
  ["a picture with a text beside a video", {
    settings: SET,
    mediaFiles: [VIDEO, { ...IMAGE, altText: "The sea" }],
  }, [
    "(alt_text_ignored mediaFiles.1.altText)",
    "(thumbnail_may_be_refused mediaFiles.1)",
  ]],
];

for (const [what, content, found] of CASES) {
  Deno.test(`${what}: ${found.join(", ") || "nothing is wrong"}`, () =>
    assert.deepEqual(look(content), found));
}

Deno.test("a long film may be refused; what a file is found to be counts, not what it is called", () => {
  const probe = {
    ...{ contentType: "video/mp4", bytes: 1, width: 1, height: 1, framesPerSecond: 30 },
    ...{ videoCodec: "avc", audioCodec: null },
  };
  const mediaFiles = [{ ...VIDEO, type: "image/png" }];
  const of = (durationSeconds: number) =>
    look({ settings: SET, mediaFiles }, [{ ...probe, durationSeconds }]);
  assert.deepEqual(of(901), ["(video_may_be_refused mediaFiles.0)"]);
  assert.deepEqual(of(900), []);
});
