/** What X takes as a post: the table that preflight reads (docs/platforms/x.md#limits). */
import type { OptionRules } from "./option_rules.ts";
import { X_MAX_LENGTH } from "./x_weighted_length.ts";

const MIB = 1024 * 1024;

/** By option. */
export const X_RULES: Readonly<Record<"x_post", OptionRules>> = {
  x_post: {
    text: { max: X_MAX_LENGTH, count: "weighted" },
    media: { min: 0, max: 4, images: 4, videos: 1, gifs: 1, mixed: false },
    image: { types: ["image/jpeg", "image/png", "image/webp"], maxBytes: 5 * MIB },
    gif: { types: ["image/gif"], maxBytes: 15 * MIB },
    video: {
      types: ["video/mp4", "video/quicktime"],
      maxBytes: 512 * MIB,
      duration: { min: 0.5, max: 140 },
      aspect: { min: 1 / 3, max: 3 },
      // No greatest size: the documentation says 1280 × 1024, and 1080p of those who subscribe.
      width: { min: 32 },
      height: { min: 32 },
      framesPerSecond: { min: 1, max: 60 },
      videoCodecs: ["avc"],
      audioCodecs: ["aac"],
    },
    scopes: ["tweet.read", "tweet.write", "users.read", "media.write"],
  },
};
