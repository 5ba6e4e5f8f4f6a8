import assert from "node:assert/strict";
import type { MediaProbe } from "../../../../../shared/requests/requests_publications.ts";
import { contentOf } from "../kit/work_fixture.ts";
import { preflight } from "./preflight.ts";

const file = (type: string, altText?: string) => ({
  name: "a",
  size: 1,
  type,
  path: "a",
  ...altText ? { altText } : {},
});
const probe = (width: number | null, height: number | null): MediaProbe => ({
  contentType: "video/mp4",
  bytes: 1,
  width,
  height,
  durationSeconds: 30,
  framesPerSecond: 30,
  videoCodec: "avc",
  audioCodec: "aac",
});

Deno.test("an upright video is no video of the feed, and is told where it belongs", () => {
  const content = contentOf({ mediaFiles: [file("video/mp4")] });
  const { issues: [issue] } = preflight("facebook_video", content, [probe(1080, 1920)]);
  assert.deepEqual([issue?.code, issue?.field], ["media_refused", "mediaFiles.0"]);
  assert.match(issue?.message ?? "", /facebook_reel/);
  assert.equal(issue?.details?.option, "facebook_reel");
  for (const one of [probe(1920, 1080), probe(1080, 1080), probe(null, null), null]) {
    assert.deepEqual(preflight("facebook_video", content, [one]).issues, []);
  }
  assert.deepEqual(preflight("facebook_reel", content, [probe(1080, 1920)]).issues, []);
});

Deno.test("a post says something", () => {
  const codes = (content: Parameters<typeof contentOf>[0]) =>
    preflight("facebook_post", contentOf(content), []).issues.map(({ code }) => code);
  assert.deepEqual(codes({ caption: " " }), ["text_missing"]);
  assert.deepEqual(codes({ caption: "", settings: { link: "https://a.example" } }), []);
  assert.deepEqual(codes({ caption: "", mediaFiles: [file("image/png")] }), []);
});

Deno.test("a link beside photos comes to nothing, and is refused", () => {
  const content = contentOf({ mediaFiles: [file("image/png")], settings: { link: "https://a.example" } });
  const { issues } = preflight("facebook_post", content, [null]);
  assert.deepEqual(issues.map(({ code, field }) => [code, field]), [["settings_ignored", "settings.link"]]);
});

Deno.test("words that nobody sees are a warning", () => {
  const fields = (
    option: "facebook_story" | "facebook_post" | "facebook_reel",
    mediaFiles: ReturnType<typeof file>[],
  ) => preflight(option, contentOf({ mediaFiles }), [null]).warnings.map(({ field }) => field);
  assert.deepEqual(fields("facebook_story", [file("image/png", "A lighthouse")]), [
    "caption",
    "mediaFiles.0.altText",
  ]);
  assert.deepEqual(fields("facebook_reel", [file("video/mp4", "A lighthouse")]), ["mediaFiles.0.altText"]);
  assert.deepEqual(fields("facebook_post", [file("image/png", "A lighthouse")]), []);
});
