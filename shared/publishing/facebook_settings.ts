/** The settings of Facebook's options, in the words of `settings` in an enqueue. */
import { z } from "zod";
import type { Option } from "../words/platforms.ts";

/** What can be published on a Facebook page. */
export const FACEBOOK_OPTIONS = [
  "facebook_post",
  "facebook_video",
  "facebook_reel",
  "facebook_story",
] as const satisfies readonly Option[];
export type FacebookOption = typeof FACEBOOK_OPTIONS[number];

const title = z.string().min(1).max(255).optional();
/** Of a Facebook page that has a place. */
const placeId = z.string().regex(/^\d{1,20}$/).optional();

/** What each option takes; nothing else. */
export const FACEBOOK_SETTINGS = {
  facebook_post: z.strictObject({
    /** A page that is shown below the text; not beside pictures. */
    link: z.url({ protocol: /^https?$/, hostname: z.regexes.domain }).max(2048).optional(),
    placeId,
  }),
  facebook_video: z.strictObject({ title }),
  facebook_reel: z.strictObject({ title, placeId }),
  facebook_story: z.strictObject({}),
} as const satisfies Readonly<Record<FacebookOption, z.ZodType<Record<string, unknown>>>>;

/** All of them at once; of each option some are never there. */
export const facebookSettings = z.object({
  title,
  placeId,
  link: FACEBOOK_SETTINGS.facebook_post.shape.link,
});
export type FacebookSettings = z.infer<typeof facebookSettings>;
