/** The settings of YouTube's options, in the words of `settings` in an enqueue; the caption is the description. */
import { z } from "zod";
import type { Option } from "../words/platforms.ts";
import type { PublicationIssue } from "./option_rules.ts";

/** What can be published on YouTube. */
export const YOUTUBE_OPTIONS = ["youtube_video", "youtube_short"] as const satisfies readonly Option[];
export type YouTubeOption = typeof YOUTUBE_OPTIONS[number];

export const YOUTUBE_PRIVACY = ["public", "unlisted", "private"] as const;
export type YouTubePrivacy = typeof YOUTUBE_PRIVACY[number];

const video = z.strictObject({
  /** Without `<` and `>`. Left out: the first line of the caption. */
  title: z.string().min(1).max(100).regex(/^[^<>]*$/).optional(),
  /** Left out: private, for what is missing is public to YouTube. */
  privacy: z.enum(YOUTUBE_PRIVACY).optional(),
  /** Without `<` and `>`; all together 500 characters, those with blanks two more. */
  tags: z.array(z.string().min(1).max(100).regex(/^[^<>,]*$/)).max(100).optional(),
  /** A number as YouTube names its categories; left out: 22, people and blogs. */
  categoryId: z.string().regex(/^\d{1,3}$/).optional(),
  /** Whether it is made for children, as its owner must say by law; left out: it is not. */
  madeForKids: z.boolean().optional(),
  /** Says that it was made or changed by a machine so that it looks real. */
  madeWithAi: z.boolean().optional(),
  /** Whether subscribers are told; left out: they are. */
  notifySubscribers: z.boolean().optional(),
  embeddable: z.boolean().optional(),
  license: z.enum(["youtube", "creativeCommon"]).optional(),
  /** The language of title and description, such as `pt-BR`. */
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/).optional(),
});

/** What each option takes; nothing else. A picture among the files is the thumbnail. */
export const YOUTUBE_SETTINGS = {
  youtube_video: video,
  youtube_short: video,
} as const satisfies Readonly<Record<YouTubeOption, z.ZodType<Record<string, unknown>>>>;
export type YouTubeSettings = z.infer<typeof video>;

/** The settings that nothing would come of beside the others: they are refused rather than dropped. */
export function ignoredYouTubeSettings(
  { privacy = "private", notifySubscribers }: YouTubeSettings,
): PublicationIssue[] {
  if (notifySubscribers !== true || privacy === "public") return [];
  return [{
    code: "settings_ignored",
    field: "settings.notifySubscribers",
    message: `YouTube tells nobody of a video that is ${privacy}`,
  }];
}
