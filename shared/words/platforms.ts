/** The social platforms that may be published to, and what a user may choose to publish there. */

/** The seven of document 003; the same words as the constraints of `public.connections` and `public.publications`. */
export const PLATFORMS = ["tiktok", "facebook", "instagram", "youtube", "threads", "x", "linkedin"] as const;
export type PlatformName = typeof PLATFORMS[number];

/** What can be published, each a tool of the lane `publication`: its first word is its platform. */
export const OPTIONS = [
  "tiktok_video",
  "tiktok_photo",
  "facebook_post",
  "facebook_video",
  "facebook_reel",
  "facebook_story",
  "instagram_feed",
  "instagram_reel",
  "instagram_story",
  "instagram_carousel",
  "youtube_video",
  "youtube_short",
  "threads_post",
  "x_post",
  "linkedin_post",
  "linkedin_document",
] as const;
export type Option = typeof OPTIONS[number];

/** Whether a text names something that can be published. */
export function isOption(text: string): text is Option {
  return (OPTIONS as readonly string[]).includes(text);
}

/** The platform that an option publishes to. */
export function platformOf(option: Option): PlatformName {
  return option.split("_")[0] as PlatformName;
}

/** How a connection stands; the same words as the constraint of `public.connections`. */
export const CONNECTION_STATES = ["live", "expiring", "reconnect_needed", "limited", "revoked"] as const;
export type ConnectionState = typeof CONNECTION_STATES[number];

/** The steps of a publication: what is safe to repeat, the one call that makes it visible, and looking after it. */
export const PUBLICATION_STEPS = ["prepare", "commit", "observe"] as const;
export type PublicationStep = typeof PUBLICATION_STEPS[number];

/** How publications that were enqueued together stand; derived from theirs, never stored. */
export const GROUP_STATES = ["pending", "publishing", "published", "partial", "failed"] as const;
export type GroupState = typeof GROUP_STATES[number];

/** What somebody who looked says of a publication whose outcome is unknown. */
export const RESOLUTIONS = ["there", "not_there"] as const;
export type Resolution = typeof RESOLUTIONS[number];
