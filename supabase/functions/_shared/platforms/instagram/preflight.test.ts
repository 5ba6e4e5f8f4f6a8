/** What preflight says beyond the rules (docs/platforms/instagram.md#settings). */
import assert from "node:assert/strict";
import type { MediaFile } from "../../../../../shared/publishing/content.ts";
import type { MediaProbe } from "../../../../../shared/requests/requests_publications.ts";
import type { Option } from "../../../../../shared/words/platforms.ts";
import { contentOf } from "../kit/work_fixture.ts";
import { preflight } from "./preflight.ts";

const image: MediaFile = { name: "a.jpg", size: 1000, type: "image/jpeg", path: "u/a.jpg" };
const video: MediaFile = { name: "b.mp4", size: 9000, type: "video/mp4", path: "u/b.mp4" };
const probe = (contentType: string, durationSeconds: number | null): MediaProbe => ({
  contentType,
  bytes: 1,
  width: null,
  height: null,
  durationSeconds,
  framesPerSecond: null,
  videoCodec: null,
  audioCodec: null,
});

function said(
  option: Option,
  mediaFiles: MediaFile[],
  { settings = {}, caption = "" }: { settings?: Record<string, unknown>; caption?: string } = {},
  probes: (MediaProbe | null)[] = [],
) {
  const { issues, warnings } = preflight(option, contentOf({ mediaFiles, settings, caption }), probes);
  return {
    issues: issues.map(({ code, field }) => `${code} ${field}`),
    warnings: warnings.map(({ code, field }) => `${code} ${field}`),
  };
}

Deno.test("what is for videos alone is refused beside an image, by what the file was found to be", () => {
  const settings = { thumbOffset: 1, coverUrl: "https://img.example/c.jpg" };
  const refused = ["settings_ignored settings.thumbOffset", "settings_ignored settings.coverUrl"];
  assert.deepEqual(said("instagram_feed", [image], { settings }).issues, refused);
  assert.deepEqual(
    said("instagram_feed", [video], { settings }, [probe("image/jpeg", null)]).issues,
    refused,
  );
  assert.deepEqual(said("instagram_feed", [video], { settings: { coverUrl: settings.coverUrl } }).issues, []);
});

Deno.test("a cover from the video beside one of its own is refused, and so is one from beyond its end", () => {
  const both = { thumbOffset: 10, coverUrl: "https://img.example/c.jpg" };
  assert.deepEqual(said("instagram_reel", [video], { settings: both }).issues, [
    "settings_ignored settings.thumbOffset",
  ]);
  const at = (thumbOffset: number, seconds: number | null) =>
    said("instagram_reel", [video], { settings: { thumbOffset } }, [probe("video/mp4", seconds)]).issues;
  assert.deepEqual(at(3999, 4), []);
  assert.deepEqual(at(4000, 4), ["invalid_input settings.thumbOffset"]);
  assert.deepEqual(at(999_999, null), [], "nobody knows how long it is");
});

Deno.test("words that nobody will see are told, and the option goes on", () => {
  const altText = "A lighthouse";
  assert.deepEqual(said("instagram_story", [{ ...image, altText }], { caption: "Hello" }), {
    issues: [],
    warnings: ["settings_ignored caption", "settings_ignored mediaFiles.0.altText"],
  });
  assert.deepEqual(said("instagram_carousel", [{ ...image, altText }, { ...video, altText }]).warnings, [
    "settings_ignored mediaFiles.1.altText",
  ]);
  assert.deepEqual(said("instagram_feed", [{ ...image, altText }], { caption: "Hello" }).warnings, []);
  assert.deepEqual(said("instagram_reel", [{ ...video, altText: "" }]).warnings, []);
});
