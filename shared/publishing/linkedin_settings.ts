/** The settings of LinkedIn's options, in the words of `settings` in an enqueue. */
import { z } from "zod";
import type { Option } from "../words/platforms.ts";
import type { PublicationIssue } from "./option_rules.ts";

/** What can be published on LinkedIn. */
export const LINKEDIN_OPTIONS = ["linkedin_post", "linkedin_document"] as const satisfies readonly Option[];
export type LinkedInOption = typeof LINKEDIN_OPTIONS[number];

const SETTINGS = {
  /** Who may see it; an organisation's posts are public. Left out: everybody. */
  visibility: z.enum(["PUBLIC", "CONNECTIONS", "LOGGED_IN"]).optional(),
  allowReshare: z.boolean().optional(),
};
const { visibility, allowReshare } = SETTINGS;

/** What each option takes; nothing else. */
export const LINKEDIN_SETTINGS = {
  linkedin_post: z.strictObject({
    visibility,
    allowReshare,
    /** Of a video. */
    title: z.string().min(1).max(200).optional(),
    /** A page that is shown below the text, of a post without media. LinkedIn reads nothing off it. */
    article: z.strictObject({
      url: z.url({ protocol: /^https?$/, hostname: z.regexes.domain }).max(2048),
      title: z.string().min(1).max(400),
      description: z.string().max(4086).optional(),
    }).optional(),
  }),
  linkedin_document: z.strictObject({
    visibility,
    allowReshare,
    /** Shown above the document; left out: the file's name. */
    title: z.string().min(1).max(200).optional(),
  }),
} as const satisfies Readonly<Record<LinkedInOption, z.ZodType<Record<string, unknown>>>>;

/** Of both options: a document has no `article`. */
export type LinkedInPostSettings = z.infer<typeof LINKEDIN_SETTINGS["linkedin_post"]>;

/** Settings of a post that LinkedIn would not heed, beside files of these types. */
export function ignoredLinkedInSettings(
  { title, article }: LinkedInPostSettings,
  types: readonly string[],
): PublicationIssue[] {
  const hasFilm = types.some((type) => type.startsWith("video/"));
  return [
    ...title !== undefined && !hasFilm
      ? [{ code: "settings_ignored", field: "settings.title", message: "Only a video has a title" }]
      : [],
    ...article !== undefined && types.length > 0
      ? [{
        code: "settings_ignored",
        field: "settings.article",
        message: "A post shows an article or its files, not both",
      }]
      : [],
  ];
}
