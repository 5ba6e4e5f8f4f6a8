/** What TikTok takes: the table that preflight reads (docs/platforms/tiktok.md#limits, where each number is from). */
import type { MediaRules, OptionRules } from "./option_rules.ts";
import type { TikTokOption } from "./tiktok_settings.ts";

const MEGABYTE = 1024 * 1024;

/** What must be granted to post directly, and to lay a draft in the creator's inbox. */
export const TIKTOK_SCOPES = { direct: "video.publish", draft: "video.upload" } as const;

/** Each post needs one of them; which one, its mode says. */
const SCOPES = ["user.info.basic", `${TIKTOK_SCOPES.direct}|${TIKTOK_SCOPES.draft}`];

const VIDEO: MediaRules = {
  types: ["video/mp4", "video/quicktime", "video/webm"],
  maxBytes: 4 * 1024 * MEGABYTE,
  // Many accounts may post less: that is asked right before each post.
  duration: { min: 0.01, max: 600 },
  width: { min: 360, max: 4096 },
  height: { min: 360, max: 4096 },
  framesPerSecond: { min: 23, max: 60 },
  videoCodecs: ["avc", "hevc", "vp8", "vp9"],
};

/** By option. */
export const TIKTOK_RULES: Readonly<Record<TikTokOption, OptionRules>> = {
  tiktok_video: {
    text: { max: 2200, count: "utf16" },
    media: { min: 1, max: 1, images: 0, videos: 1, gifs: 0 },
    video: VIDEO,
    scopes: SCOPES,
  },
  tiktok_photo: {
    text: { max: 4000, count: "utf16" },
    media: { min: 1, max: 35, images: 35, videos: 0, gifs: 0 },
    image: { types: ["image/jpeg", "image/webp"], maxBytes: 20 * MEGABYTE },
    scopes: SCOPES,
  },
};
