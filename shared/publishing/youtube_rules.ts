/** What YouTube takes: the table that preflight reads (docs/platforms/youtube.md#limits, where each number is from). */
import type { MediaRules, OptionRules } from "./option_rules.ts";
import type { YouTubeOption } from "./youtube_settings.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** What must be granted: to upload and to set thumbnails, and to see what became of it. */
export const YOUTUBE_SCOPES = [
  "https://www.googleapis.com/auth/youtube.upload",
  "https://www.googleapis.com/auth/youtube.readonly",
] as const;

/** Of a title, in characters. */
export const YOUTUBE_TITLE_MAX = 100;
/** Of all tags together, as youtubeTagsLength counts them. */
export const YOUTUBE_TAGS_MAX = 500;

const VIDEO: MediaRules = {
  types: ["video/mp4", "video/quicktime", "video/webm"],
  maxBytes: 256 * GIB,
  duration: { min: 0, max: 12 * 60 * 60 },
};
/** Not wider than tall, and three minutes at the most: else YouTube makes a common video of it. */
const SHORT: MediaRules = { ...VIDEO, duration: { min: 0, max: 3 * 60 }, aspect: { min: 0, max: 1 } };
const THUMBNAIL: MediaRules = { types: ["image/jpeg", "image/png"], maxBytes: 50 * MIB };

function rulesOf(video: MediaRules): OptionRules {
  return {
    // The description: bytes, not characters.
    text: { max: 5000, count: "bytes" },
    media: { min: 1, max: 2, images: 1, videos: 1, gifs: 0, mixed: true },
    image: THUMBNAIL,
    video,
    scopes: YOUTUBE_SCOPES,
  };
}

/** By option. A picture beside the video is its thumbnail. */
export const YOUTUBE_RULES: Readonly<Record<YouTubeOption, OptionRules>> = {
  youtube_video: rulesOf(VIDEO),
  youtube_short: rulesOf(SHORT),
};
