import assert from "node:assert/strict";
import { contentOf } from "../kit/work_fixture.ts";
import { preflight } from "./preflight.ts";

const probe = (more: Record<string, unknown> = {}) => ({
  ...{ contentType: "video/mp4", bytes: 1, width: 1080, height: 1920, durationSeconds: 10 },
  ...{ framesPerSecond: 30, videoCodec: "avc", audioCodec: null },
  ...more,
});
const file = (altText?: string) => ({
  name: "a",
  size: 1,
  type: "x",
  path: "a",
  ...altText ? { altText } : {},
});
const look = (
  option: "tiktok_video" | "tiktok_photo",
  settings: Record<string, unknown>,
  { caption = "", probes = [probe()], altText }: {
    caption?: string;
    probes?: ReturnType<typeof probe>[];
    altText?: string;
  } = {},
) => {
  const content = contentOf({ settings, caption, mediaFiles: [file(altText)] });
  const { issues, warnings } = preflight(option, content, probes);
  const shown = (found: { code: string; field: string }[]) =>
    found.map(({ code, field }) => `${code} ${field}`);
  return { issues: shown(issues), warnings: shown(warnings) };
};
const DIRECT = { privacy: "SELF_ONLY" };

Deno.test("privacy is refused where it is missing, and what a draft ignores where it is there", () => {
  assert.deepEqual(look("tiktok_video", {}).issues, ["invalid_input settings.privacy"]);
  assert.deepEqual(look("tiktok_photo", { mode: "draft", autoAddMusic: true }).issues, [
    "settings_ignored settings.autoAddMusic",
  ]);
  assert.deepEqual(look("tiktok_video", DIRECT), { issues: [], warnings: [] });
});

Deno.test("a cover lies within the video", () => {
  assert.deepEqual(look("tiktok_video", { ...DIRECT, coverTimestampMs: 9_999 }).issues, []);
  assert.deepEqual(look("tiktok_video", { ...DIRECT, coverTimestampMs: 10_000 }).issues, [
    "invalid_input settings.coverTimestampMs",
  ]);
});

Deno.test("words that nobody sees, and photos that may be too large, are told beside it", () => {
  assert.deepEqual(look("tiktok_video", { mode: "draft" }, { caption: "seen by nobody" }).warnings, [
    "settings_ignored caption",
  ]);
  assert.deepEqual(look("tiktok_photo", { mode: "draft" }, { caption: "seen" }).warnings, []);
  assert.deepEqual(look("tiktok_video", DIRECT, { altText: "A cat" }).warnings, [
    "settings_ignored mediaFiles.0.altText",
  ]);
  const photo = (width: number, height: number) =>
    look("tiktok_photo", DIRECT, { probes: [probe({ width, height })] }).warnings;
  assert.deepEqual([photo(1920, 1080), photo(1080, 1920)], [[], []]);
  assert.deepEqual(photo(1081, 1200), ["photo_may_be_refused mediaFiles.0"]);
  assert.deepEqual(photo(500, 2000), ["photo_may_be_refused mediaFiles.0"]);
});
