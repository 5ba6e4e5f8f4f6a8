/** A connection as its owner sees it. Its tokens are nowhere near. */
import { z } from "zod";
import { CONNECTION_STATES, PLATFORMS } from "../words/platforms.ts";

/** What a platform says that may still be posted; null where it has not said. */
export const postingLimit = z.object({
  used: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  windowSeconds: z.number().int().positive(),
  /** When the first of those used leaves the window, ISO 8601. */
  resetsAt: z.string().nullable(),
  /** platform: as it told us · ours: as we have counted. */
  source: z.enum(["platform", "ours"]),
});
export type PostingLimit = z.infer<typeof postingLimit>;

export const connection = z.object({
  id: z.guid(),
  platform: z.enum(PLATFORMS),
  external_id: z.string(),
  display_name: z.string().nullable(),
  avatar_url: z.string().nullable(),
  scopes: z.array(z.string()),
  state: z.enum(CONNECTION_STATES),
  /** Why it is not live: a stable code, and words; null while it is. */
  state_code: z.string().nullable(),
  state_message: z.string().nullable(),
  /** When the access that was given ends, unless it is renewed; null: it does not, or nobody says. */
  expires_at: z.string().nullable(),
  /** Until when nothing is published with it: a limit of the platform's; null: now. */
  held_until: z.string().nullable(),
  checked_at: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Connection = z.infer<typeof connection>;

/** With what may still be posted today. */
export const shownConnection = connection.extend({ limit: postingLimit.nullable() });
export type ShownConnection = z.infer<typeof shownConnection>;

/**
 * What an account may choose for its next post, as its platform says it just now: what a screen has to offer, and nothing
 * else (TikTok's `creator_info`).
 */
export const creatorInfo = z.object({
  /** As people know the account: to be shown before something is posted with it. */
  nickname: z.string().nullable(),
  username: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  /** Who may see a post, in the words of the option's settings. */
  privacy: z.array(z.string()),
  /** What the account has switched off for all of its posts. */
  isCommentDisabled: z.boolean(),
  isDuetDisabled: z.boolean(),
  isStitchDisabled: z.boolean(),
  /** Seconds; null: it does not say. */
  maxVideoSeconds: z.number().positive().nullable(),
});
export type CreatorInfo = z.infer<typeof creatorInfo>;
