/** The settings of Instagram's options, in the words of `settings` in an enqueue. */
import { z } from "zod";
import type { Option } from "../words/platforms.ts";

/** What can be published on Instagram. */
export const INSTAGRAM_OPTIONS = [
  "instagram_feed",
  "instagram_reel",
  "instagram_story",
  "instagram_carousel",
] as const satisfies readonly Option[];
export type InstagramOption = typeof INSTAGRAM_OPTIONS[number];

const SETTINGS = {
  /** Where in the video its cover is taken from, in milliseconds. */
  thumbOffset: z.number().int().min(0).max(900_000).optional(),
  /** An image that is the video's cover, at a public address. */
  coverUrl: z.url({ protocol: /^https$/, hostname: z.regexes.domain }).max(2048).optional(),
  /** Whether a reel is shown among the posts of the profile as well; left out: Instagram decides. */
  shareToFeed: z.boolean().optional(),
  /** User names of those who are asked to be its authors too, without `@`. */
  collaborators: z.array(z.string().regex(/^[A-Za-z0-9._]{1,30}$/)).min(1).max(3).optional(),
  /** Of a Facebook page that has a place. */
  locationId: z.string().regex(/^\d{1,20}$/).optional(),
};

const { thumbOffset, coverUrl, shareToFeed, collaborators, locationId } = SETTINGS;

/**
 * What each option takes; nothing else. A video in the feed is a reel that is shown there, so that is no choice of its
 * own, and what only a video has is refused beside an image (preflight). Stories take no settings.
 */
export const INSTAGRAM_SETTINGS = {
  instagram_feed: z.strictObject({ thumbOffset, coverUrl, collaborators, locationId }),
  instagram_reel: z.strictObject({ thumbOffset, coverUrl, shareToFeed, collaborators, locationId }),
  instagram_story: z.strictObject({}),
  instagram_carousel: z.strictObject({ collaborators, locationId }),
} as const satisfies Readonly<Record<InstagramOption, z.ZodType<Record<string, unknown>>>>;

/** All of them at once; of each option some are never there. */
export const instagramSettings = z.object(SETTINGS);
export type InstagramSettings = z.infer<typeof instagramSettings>;
export type InstagramSetting = keyof InstagramSettings;
