/** What an account may choose for its next post: `POST /v2/post/publish/creator_info/query/`, asked right before each. */
import { z } from "zod";
import { TIKTOK_SCOPES } from "../../../../../shared/publishing/tiktok_rules.ts";
import type { CreatorInfo } from "../../../../../shared/rows/connection.ts";
import { looseText } from "../../providers/kit/fields.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import type { PublicationWork } from "../platform.ts";
import { askTikTok } from "./address.ts";
import { dataOf } from "./failures.ts";
import type { PhotoSettings, VideoSettings } from "./settings.ts";

type Asking = Pick<PublicationWork, "app" | "connection" | "accessToken">;

const flag = z.boolean().nullish().catch(null);
const info = z.looseObject({
  creator_nickname: looseText,
  creator_username: looseText,
  creator_avatar_url: z.url().nullish().catch(null),
  privacy_level_options: z.array(z.string()),
  comment_disabled: flag,
  duet_disabled: flag,
  stitch_disabled: flag,
  max_video_post_duration_sec: z.number().positive().nullish().catch(null),
});

/** Asks TikTok. Throws PlatformError: of class wait where the account has posted enough for now. */
export async function askCreator(
  { app, accessToken }: Pick<Asking, "app" | "accessToken">,
  signal?: AbortSignal,
): Promise<CreatorInfo> {
  const path = "/post/publish/creator_info/query/";
  const answer = await askTikTok(app, accessToken, { path, json: {} }, signal);
  const question = { asked: "creator" as const, scope: TIKTOK_SCOPES.direct };
  const read = dataOf(answer, info, question, "TikTok did not say what the account may choose");
  return {
    nickname: read.creator_nickname ?? null,
    username: read.creator_username ?? null,
    avatarUrl: read.creator_avatar_url ?? null,
    privacy: read.privacy_level_options,
    isCommentDisabled: read.comment_disabled ?? false,
    isDuetDisabled: read.duet_disabled ?? false,
    isStitchDisabled: read.stitch_disabled ?? false,
    maxVideoSeconds: read.max_video_post_duration_sec ?? null,
  };
}

/** As askCreator; who was granted drafts alone is not asked about, and may choose nothing here. */
export async function creatorOf(work: Asking): Promise<CreatorInfo> {
  if (mayPostDirectly(work.connection.scopes)) return await askCreator(work);
  return {
    nickname: work.connection.displayName,
    username: null,
    avatarUrl: null,
    privacy: [],
    isCommentDisabled: true,
    isDuetDisabled: true,
    isStitchDisabled: true,
    maxVideoSeconds: null,
  };
}

/** Where nobody knows what was granted, TikTok says. */
export function mayPostDirectly(scopes: readonly string[]): boolean {
  return scopes.length === 0 || scopes.includes(TIKTOK_SCOPES.direct);
}

/**
 * Throws PlatformError where the account does not offer what is asked for. `seconds`: how long the video is; null: nobody knows,
 * or there is none. Pure.
 */
export function checkAgainst(
  creator: CreatorInfo,
  settings: VideoSettings | PhotoSettings,
  seconds: number | null,
): void {
  const { privacy, allowComments } = settings;
  if (privacy !== undefined && !creator.privacy.includes(privacy)) {
    const offered = creator.privacy.join(", ") || "nothing";
    throw invalidInput(`The account offers ${offered} as privacy, and not ${privacy}`, "privacy_not_offered");
  }
  const allowDuet = "allowDuet" in settings && settings.allowDuet;
  const allowStitch = "allowStitch" in settings && settings.allowStitch;
  const off = allowComments && creator.isCommentDisabled
    ? ["comments", "allowComments"]
    : allowDuet && creator.isDuetDisabled
    ? ["duets", "allowDuet"]
    : allowStitch && creator.isStitchDisabled
    ? ["stitches", "allowStitch"]
    : null;
  if (off) {
    const [what, name] = off;
    throw invalidInput(`The account has switched off ${what}: ${name} cannot be`, `${what}_disabled`);
  }
  const most = creator.maxVideoSeconds;
  // A hundredth more or less is how containers round.
  if (seconds !== null && most !== null && seconds > most * 1.01) {
    const length = Math.round(seconds * 10) / 10;
    throw invalidInput(
      `The account may post ${most} s of video, and this is ${length} s long`,
      "video_too_long",
    );
  }
}
