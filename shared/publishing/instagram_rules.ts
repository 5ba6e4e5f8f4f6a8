/** What Instagram takes: the table that preflight reads (docs/platforms/instagram.md#limits, where each number is from). */
import { z } from "zod";
import type { InstagramOption } from "./instagram_settings.ts";
import type { MediaRules, OptionRules } from "./option_rules.ts";

/** How people sign in: with Facebook, whose page the account belongs to, or with Instagram itself. */
export const INSTAGRAM_LOGINS = ["facebook", "instagram"] as const;
export type InstagramLogin = typeof INSTAGRAM_LOGINS[number];

/** What must be granted to publish. */
export const INSTAGRAM_SCOPES: Readonly<Record<InstagramLogin, readonly string[]>> = {
  facebook: ["instagram_basic", "instagram_content_publish", "pages_read_engagement"],
  instagram: ["instagram_business_basic", "instagram_business_content_publish"],
};

const MEGABYTE = 1024 * 1024;

const IMAGE: MediaRules = { types: ["image/jpeg"], maxBytes: 8 * MEGABYTE };
const IMAGE_IN_FEED: MediaRules = { ...IMAGE, aspect: { min: 0.8, max: 1.91 } };
const VIDEO: MediaRules = {
  types: ["video/mp4", "video/quicktime"],
  maxBytes: 100 * MEGABYTE,
  duration: { min: 3, max: 60 },
  width: { max: 1920 },
  framesPerSecond: { min: 23, max: 60 },
  videoCodecs: ["avc", "hevc"],
  audioCodecs: ["aac"],
};
const REEL: MediaRules = {
  ...VIDEO,
  maxBytes: 300 * MEGABYTE,
  duration: { min: 3, max: 15 * 60 },
  aspect: { min: 0.01, max: 10 },
};
const STORY: MediaRules = { ...VIDEO, aspect: { min: 0.1, max: 10 } };
const VIDEO_IN_CAROUSEL: MediaRules = { ...VIDEO, aspect: { min: 0.8, max: 16 / 9 } };

/** Either way of signing in grants them; a connection has those of one. */
const EITHER = [
  "instagram_basic|instagram_business_basic",
  "instagram_content_publish|instagram_business_content_publish",
  "pages_read_engagement|instagram_business_basic",
];

const count = z.number().int().min(0).max(1000);
const overrides = z.object({
  hashtag_limit: count.catch(30),
  mention_limit: count.catch(20),
});

/**
 * The table, with what the operator has set in the platform's settings: `hashtag_limit` and `mention_limit` stand in for 30
 * and 20, for sources do not agree on them.
 */
export function instagramRules(
  settings: Readonly<Record<string, unknown>> = {},
): Readonly<Record<InstagramOption, OptionRules>> {
  const { hashtag_limit, mention_limit } = overrides.parse(settings);
  const scopes = EITHER;
  const captioned = {
    text: { max: 2200, count: "codepoints" },
    hashtags: { max: hashtag_limit },
    mentions: { max: mention_limit },
    scopes,
  } as const;
  return {
    instagram_feed: {
      ...captioned,
      media: { min: 1, max: 1, images: 1, videos: 1, gifs: 0 },
      image: IMAGE_IN_FEED,
      video: REEL,
    },
    instagram_reel: {
      ...captioned,
      media: { min: 1, max: 1, images: 0, videos: 1, gifs: 0 },
      video: REEL,
    },
    // What is said beside a story is not shown: no limit that is nobody's (preflight warns).
    instagram_story: {
      text: { max: 100_000, count: "codepoints" },
      media: { min: 1, max: 1, images: 1, videos: 1, gifs: 0 },
      image: IMAGE,
      video: STORY,
      scopes,
    },
    instagram_carousel: {
      ...captioned,
      media: { min: 2, max: 10, images: 10, videos: 10, gifs: 0, mixed: true },
      image: IMAGE_IN_FEED,
      video: VIDEO_IN_CAROUSEL,
    },
  };
}

/** The table as it is where the operator has set nothing otherwise. */
export const INSTAGRAM_RULES = instagramRules();
