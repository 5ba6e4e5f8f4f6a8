/** The settings of TikTok's options, in the words of document 003 (`privacy`, `allowComments`). */
import { z } from "zod";
import type { Option } from "../words/platforms.ts";

/** What can be published on TikTok. */
export const TIKTOK_OPTIONS = ["tiktok_video", "tiktok_photo"] as const satisfies readonly Option[];
export type TikTokOption = typeof TIKTOK_OPTIONS[number];

/** Who may see a post: TikTok's own words. An account is offered some of them (`GET /connections/:id/creator`). */
export const TIKTOK_PRIVACY = [
  "PUBLIC_TO_EVERYONE",
  "MUTUAL_FOLLOW_FRIENDS",
  "FOLLOWER_OF_CREATOR",
  "SELF_ONLY",
] as const;
export type TikTokPrivacy = typeof TIKTOK_PRIVACY[number];

const flag = z.boolean().optional();

const SETTINGS = {
  /** direct: it is posted · draft: it is laid in the creator's inbox, to be finished in TikTok. Left out: direct. */
  mode: z.enum(["direct", "draft"]).optional(),
  /** Who may see it. There is no default: TikTok has whoever posts say it each time. A draft has none. */
  privacy: z.enum(TIKTOK_PRIVACY).optional(),
  /** What others may do with it; left out: not allowed, as TikTok's audit wants it. */
  allowComments: flag,
  allowDuet: flag,
  allowStitch: flag,
  /** Where in the video its cover is taken from, in milliseconds. */
  coverTimestampMs: z.number().int().min(0).max(600_000).optional(),
  /** It promotes a third party: a paid partnership. */
  brandedContent: flag,
  /** It promotes the creator's own business. */
  ownBrand: flag,
  /** Says that it was made by a machine. */
  madeWithAi: flag,
};

const { mode, privacy, allowComments, allowDuet, allowStitch, coverTimestampMs } = SETTINGS;
const { brandedContent, ownBrand, madeWithAi } = SETTINGS;

/** What each option takes; nothing else. */
export const TIKTOK_SETTINGS = {
  tiktok_video: z.strictObject({
    mode,
    privacy,
    allowComments,
    allowDuet,
    allowStitch,
    coverTimestampMs,
    brandedContent,
    ownBrand,
    madeWithAi,
  }),
  tiktok_photo: z.strictObject({
    mode,
    privacy,
    allowComments,
    brandedContent,
    ownBrand,
    /** Above the caption. */
    title: z.string().max(90).optional(),
    /** Which of the pictures is the cover, from 0. */
    coverIndex: z.number().int().min(0).max(34).optional(),
    /** Has TikTok choose music. */
    autoAddMusic: flag,
  }),
} as const satisfies Readonly<Record<TikTokOption, z.ZodType<Record<string, unknown>>>>;
