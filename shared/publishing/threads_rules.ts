/** What Threads takes as a post: the table that preflight reads (docs/platforms/threads.md#limits). */
import type { OptionRules } from "./option_rules.ts";

/** What must be granted to publish. */
export const THREADS_SCOPES: readonly string[] = ["threads_basic", "threads_content_publish"];

/** Links of a post, in its text and attached to it: each different one counts once. */
export const THREADS_LINKS = 5;

const MEGABYTE = 1024 * 1024;

/** By option. */
export const THREADS_RULES: Readonly<Record<"threads_post", OptionRules>> = {
  threads_post: {
    text: { max: 500, count: "emoji_bytes" },
    links: { max: THREADS_LINKS, isUnique: true },
    // One file, or a carousel of two and more.
    media: { min: 0, max: 20, images: 20, videos: 20, gifs: 0, mixed: true },
    // Any width: Threads makes images 320 to 1440 pixels wide itself.
    image: { types: ["image/jpeg", "image/png"], maxBytes: 8 * MEGABYTE, aspect: { min: 0.1, max: 10 } },
    video: {
      types: ["video/mp4", "video/quicktime"],
      maxBytes: 1024 * MEGABYTE,
      duration: { min: 0.01, max: 5 * 60 },
      width: { max: 1920 },
      aspect: { min: 0.01, max: 10 },
      framesPerSecond: { min: 23, max: 60 },
      videoCodecs: ["avc", "hevc"],
      audioCodecs: ["aac"],
    },
    scopes: THREADS_SCOPES,
  },
};
