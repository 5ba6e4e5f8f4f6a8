/** What a user may set for a post on Threads. */
import { z } from "zod";

export const threadsPostSettings = z.strictObject({
  /** The post that this one answers. */
  replyTo: z.string().regex(/^\d{1,25}$/).optional(),
  /** The post that this one quotes. */
  quotePostId: z.string().regex(/^\d{1,25}$/).optional(),
  /** Who may answer; left out: everybody. The author of the post that this one answers: only where it answers one. */
  replyControl: z.enum([
    "everyone",
    "accounts_you_follow",
    "mentioned_only",
    "followers_only",
    "parent_post_author_only",
  ]).optional(),
  /** What it is about, shown beside the name; without `.` and `&`. */
  topicTag: z.string().min(1).max(50).regex(/^[^.&]*$/).optional(),
  /** A page that is shown below the text, of a post without media. */
  link: z.url({ protocol: /^https?$/, hostname: z.regexes.domain }).max(2048).optional(),
  /** A long text that is shown folded, of a post without media. */
  textAttachment: z.string().min(1).max(10_000).optional(),
  /** Hides the media until somebody wants to see them. */
  isSpoiler: z.boolean().optional(),
});
export type ThreadsPostSettings = z.infer<typeof threadsPostSettings>;
