/** What is chosen for a post on TikTok, and what is missing of what TikTok wants to be chosen. Pure. */
import type { TikTokOption, TikTokPrivacy } from "../../../../../shared/publishing/tiktok_settings.ts";
import type { CreatorInfo } from "../../../../../shared/rows/connection.ts";

/**
 * `settings` of an enqueue, of either option. `ownBrand` and `brandedContent` both `false`: it is commercial content, and
 * whose has still to be said; neither there: it is none.
 */
export type TikTokPost = {
  readonly mode?: "direct" | "draft";
  readonly privacy?: TikTokPrivacy;
  readonly allowComments?: boolean;
  readonly allowDuet?: boolean;
  readonly allowStitch?: boolean;
  readonly ownBrand?: boolean;
  readonly brandedContent?: boolean;
  readonly madeWithAi?: boolean;
  readonly title?: string;
  readonly autoAddMusic?: boolean;
};

/** Why it cannot be posted yet. */
export type TikTokMissing = "creator" | "privacy" | "disclosure" | "too_long";

export interface TikTokContext {
  readonly option: TikTokOption;
  /** Null while nobody has said what the account may choose. */
  readonly creator: CreatorInfo | null;
  /** Of the video. */
  readonly durationSeconds?: number | undefined;
}

/** What others may do with a post, and where the account says that they may not. Pictures are only commented on. */
export const INTERACTIONS = [
  { setting: "allowComments", isOff: "isCommentDisabled", options: ["tiktok_video", "tiktok_photo"] },
  { setting: "allowDuet", isOff: "isDuetDisabled", options: ["tiktok_video"] },
  { setting: "allowStitch", isOff: "isStitchDisabled", options: ["tiktok_video"] },
] as const satisfies readonly {
  setting: keyof TikTokPost;
  isOff: keyof CreatorInfo;
  options: readonly TikTokOption[];
}[];
export type Interaction = typeof INTERACTIONS[number]["setting"];

export const isDraft = ({ mode }: TikTokPost) => mode === "draft";
export const isDisclosing = ({ ownBrand, brandedContent }: TikTokPost) =>
  ownBrand !== undefined || brandedContent !== undefined;

/** Without what is undefined: a setting that was taken back is not sent. */
export function changed(post: TikTokPost, change: { [K in keyof TikTokPost]?: TikTokPost[K] | undefined }) {
  const all = Object.entries({ ...post, ...change }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(all) as TikTokPost;
}

/** The same without what the account does not allow, such as a visibility that it is no longer offered. */
export function fitted(post: TikTokPost, { option, creator }: TikTokContext): TikTokPost {
  if (!creator) return post;
  const isOffered = post.privacy !== undefined && creator.privacy.includes(post.privacy) &&
    !(post.privacy === "SELF_ONLY" && post.brandedContent);
  const off = INTERACTIONS.filter(({ setting, isOff, options }) =>
    post[setting] && (creator[isOff] || !(options as readonly string[]).includes(option))
  );
  if ((isOffered || post.privacy === undefined) && off.length === 0) return post;
  return changed(post, {
    ...!isOffered && { privacy: undefined },
    ...Object.fromEntries(off.map(({ setting }) => [setting, undefined])),
  });
}

/** In the order in which it is chosen; empty: it may be posted. */
export function missingOf(post: TikTokPost, context: TikTokContext): readonly TikTokMissing[] {
  const { creator, durationSeconds: seconds } = context;
  if (!creator) return ["creator"];
  if (isDraft(post)) return [];
  const { privacy, ownBrand, brandedContent } = fitted(post, context);
  const max = creator.maxVideoSeconds;
  return [
    ...privacy === undefined ? ["privacy" as const] : [],
    ...isDisclosing(post) && !ownBrand && !brandedContent ? ["disclosure" as const] : [],
    ...max !== null && seconds !== undefined && seconds > max ? ["too_long" as const] : [],
  ];
}
