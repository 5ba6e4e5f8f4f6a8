/**
 * What each platform is like, in numbers: how long its tokens live, how often may be posted, how long its work
 * takes.
 */
import type { Option } from "../../shared/words/platforms.ts";
import type { PlatformName } from "../../shared/words/platforms.ts";

/** So many posts in so many seconds, or in a day of a time zone. */
export type Quota = { readonly most: number } & ({ readonly seconds: number } | { readonly zone: string });

/**
 * How an access is renewed: by a token that is good once, by one that stays, by itself while it is good, or not at
 * all.
 */
export type Renewal = "rotating" | "lasting" | "itself" | "none";

export interface PlatformTerms {
  readonly option: Option;
  readonly accessSeconds: number;
  readonly renewal: Renewal;
  readonly refreshSeconds?: number;
  readonly ofAccount?: Quota;
  readonly ofApp?: Quota;
  /** How long a worker is at it, in seconds. */
  readonly workSeconds: number;
  /** Whether it can be asked what became of a commit. */
  readonly isAsked: boolean;
  /** How far its clock is ahead of ours, in seconds. */
  readonly clockAhead: number;
}

const DAY = 86_400;

export const TERMS: Readonly<Record<PlatformName, PlatformTerms>> = {
  tiktok: {
    option: "tiktok_video",
    accessSeconds: 7_200,
    renewal: "rotating",
    refreshSeconds: 180 * DAY,
    ofAccount: { most: 15, seconds: DAY },
    workSeconds: 30,
    isAsked: false,
    clockAhead: 4,
  },
  facebook: {
    option: "facebook_post",
    accessSeconds: 60 * DAY,
    renewal: "itself",
    workSeconds: 6,
    isAsked: true,
    clockAhead: -6,
  },
  instagram: {
    option: "instagram_feed",
    accessSeconds: 60 * DAY,
    renewal: "itself",
    ofAccount: { most: 50, seconds: DAY },
    workSeconds: 20,
    isAsked: true,
    clockAhead: 9,
  },
  youtube: {
    option: "youtube_video",
    accessSeconds: 3_600,
    renewal: "lasting",
    ofApp: { most: 100, zone: "America/Los_Angeles" },
    workSeconds: 40,
    isAsked: true,
    clockAhead: -8,
  },
  threads: {
    option: "threads_post",
    accessSeconds: 60 * DAY,
    renewal: "itself",
    ofAccount: { most: 250, seconds: DAY },
    workSeconds: 10,
    isAsked: true,
    clockAhead: 0,
  },
  x: {
    option: "x_post",
    accessSeconds: 7_200,
    renewal: "rotating",
    ofAccount: { most: 100, seconds: 900 },
    ofApp: { most: 10_000, seconds: DAY },
    workSeconds: 3,
    isAsked: true,
    clockAhead: 7,
  },
  linkedin: {
    option: "linkedin_post",
    accessSeconds: 60 * DAY,
    renewal: "none",
    ofAccount: { most: 100, zone: "UTC" },
    workSeconds: 8,
    isAsked: true,
    clockAhead: -3,
  },
};

/** The same with limits divided by `scale`. */
export function termsIn(scale: number, name: PlatformName): PlatformTerms {
  const terms = TERMS[name];
  const divided = (quota: Quota): Quota => ({ ...quota, most: Math.ceil(quota.most / scale) });
  return {
    ...terms,
    ...terms.ofAccount ? { ofAccount: divided(terms.ofAccount) } : {},
    ...terms.ofApp ? { ofApp: divided(terms.ofApp) } : {},
  };
}
