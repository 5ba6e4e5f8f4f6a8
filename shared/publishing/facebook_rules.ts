/** What Facebook's pages take: the table that preflight reads (docs/platforms/facebook.md#limits, where each number is from). */
import { z } from "zod";
import type { FacebookOption } from "./facebook_settings.ts";
import type { MediaRules, OptionRules } from "./option_rules.ts";

/** What must be granted to publish on a page. */
export const FACEBOOK_SCOPES: readonly string[] = [
  "pages_show_list",
  "pages_manage_posts",
  "pages_read_engagement",
];

/** What a person must be allowed to do on a page, as Facebook calls it. */
export const FACEBOOK_TASK = "CREATE_CONTENT";

const MEGABYTE = 1024 * 1024;
const GIGABYTE = 1024 * MEGABYTE;
const LONGEST_TEXT = 63_206;

const VIDEO: MediaRules = {
  types: ["video/mp4", "video/quicktime"],
  maxBytes: GIGABYTE,
  duration: { min: 1, max: 20 * 60 },
};
const UPRIGHT: MediaRules = {
  ...VIDEO,
  types: ["video/mp4"],
  aspect: { min: 0.5, max: 0.6 },
  width: { min: 540 },
  height: { min: 960 },
  framesPerSecond: { min: 23, max: 60 },
  videoCodecs: ["avc", "hevc", "vp9", "av1"],
  audioCodecs: ["aac"],
};

const overrides = z.object({
  photo_megabytes: z.number().min(1).max(100).catch(4),
  reel_seconds: z.number().int().min(3).max(3600).catch(90),
});

/**
 * The table, with what the operator has set in the platform's settings: `photo_megabytes` and `reel_seconds` stand in for 4
 * and 90, for copies of Facebook's pages do not agree on the first, and the second has grown before.
 */
export function facebookRules(
  settings: Readonly<Record<string, unknown>> = {},
): Readonly<Record<FacebookOption, OptionRules>> {
  const { photo_megabytes, reel_seconds } = overrides.parse(settings);
  const image: MediaRules = {
    types: ["image/jpeg", "image/png", "image/gif"],
    maxBytes: Math.floor(photo_megabytes * MEGABYTE),
  };
  const text = { max: LONGEST_TEXT, count: "codepoints" } as const;
  const scopes = FACEBOOK_SCOPES;
  return {
    facebook_post: { text, media: { min: 0, max: 10, images: 10, videos: 0 }, image, scopes },
    // Upright videos are refused by preflight, which says where they belong.
    facebook_video: { text, media: { min: 1, max: 1, images: 0, videos: 1 }, video: VIDEO, scopes },
    facebook_reel: {
      text,
      media: { min: 1, max: 1, images: 0, videos: 1 },
      video: { ...UPRIGHT, duration: { min: 3, max: reel_seconds } },
      scopes,
    },
    // What is said beside a story is not shown: no limit that is nobody's (preflight warns).
    facebook_story: {
      text: { max: 100_000, count: "codepoints" },
      media: { min: 1, max: 1, images: 1, videos: 1 },
      image,
      video: { ...UPRIGHT, duration: { min: 3, max: 60 } },
      scopes,
    },
  };
}

/** The table as it is where the operator has set nothing otherwise. */
export const FACEBOOK_RULES = facebookRules();
