/** What a user may set for a post on X: what `POST /2/tweets` documents and a post can do without money of its own. */
import { z } from "zod";
import type { PublicationIssue } from "./option_rules.ts";

/** The id of a post, a user or a community: too many digits for a number. */
const id = z.string().regex(/^[0-9]{1,19}$/, { error: "is the id of a post or a user on X: 1 to 19 digits" });

export const xPostSettings = z.strictObject({
  replyTo: id.optional().describe(
    "The post that this one answers. X takes it only where its author has named or quoted the account that answers.",
  ),
  excludeReplyUserIds: z.array(id).max(100).optional().describe("Who is left out of the conversation."),
  quotePostId: id.optional().describe(
    "The post that this one quotes; X takes it from its enterprise customers alone.",
  ),
  replySettings: z.enum(["following", "mentionedUsers", "subscribers", "verified"]).optional().describe(
    "Who may answer; left out: everybody.",
  ),
  communityId: id.optional().describe("The community that it is posted to."),
  poll: z.strictObject({
    options: z.array(z.string().min(1).max(25)).min(2).max(4),
    durationMinutes: z.number().int().min(5).max(10_080),
  }).optional(),
  taggedUserIds: z.array(id).min(1).max(10).optional().describe("Who is tagged in the pictures."),
  madeWithAi: z.boolean().optional().describe("Says that the media was made by a machine."),
  paidPartnership: z.boolean().optional().describe("Says that the post is an advertisement."),
});
export type XPostSettings = z.infer<typeof xPostSettings>;

/** The settings that a post with these files, or with the other settings, would not heed: they are refused rather than dropped. */
export function ignoredXSettings(settings: XPostSettings, mediaCount: number): PublicationIssue[] {
  const { replyTo, excludeReplyUserIds, poll, quotePostId, replySettings, taggedUserIds, madeWithAi } =
    settings;
  const ignored = (name: keyof XPostSettings, why: string): PublicationIssue => ({
    code: "settings_ignored",
    field: `settings.${name}`,
    message: `X does not heed ${name} ${why}`,
  });
  return [
    ...excludeReplyUserIds && replyTo === undefined
      ? [ignored("excludeReplyUserIds", "without replyTo")]
      : [],
    ...replySettings && replyTo !== undefined
      ? [ignored("replySettings", "of a post that is an answer itself")]
      : [],
    ...poll && mediaCount > 0 ? [ignored("poll", "of a post with media")] : [],
    ...poll && quotePostId !== undefined ? [ignored("poll", "of a post that quotes another")] : [],
    ...quotePostId !== undefined && mediaCount > 0 ? [ignored("quotePostId", "of a post with media")] : [],
    ...taggedUserIds && mediaCount === 0 ? [ignored("taggedUserIds", "of a post without media")] : [],
    ...madeWithAi && mediaCount === 0 ? [ignored("madeWithAi", "of a post without media")] : [],
  ];
}
