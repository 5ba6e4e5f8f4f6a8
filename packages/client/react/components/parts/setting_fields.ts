/** What may be set for a post where it is put together, option by option. Pure. What is rarer is sent by apps themselves. */
import type { Option } from "../../../../../shared/words/platforms.ts";

/** A name of two parts lies in an object: `article.url`. */
export type SettingName =
  | "title"
  | "youtubeTitle"
  | "documentTitle"
  | "link"
  | "youtubePrivacy"
  | "madeForKids"
  | "madeWithAi"
  | "notifySubscribers"
  | "tags"
  | "replyControl"
  | "replySettings"
  | "topicTag"
  | "isSpoiler"
  | "paidPartnership"
  | "visibility"
  | "articleUrl"
  | "articleTitle"
  | "shareToFeed";

/** The value of a choice that is none: what the platform makes of it. */
export const UNSET = "unset";

/** How it is asked for. */
export type SettingField =
  & {
    readonly name: SettingName;
    /** Where it lies in `settings`. */
    readonly path: readonly [string] | readonly [string, string];
  }
  & (
    | { readonly kind: "text"; readonly max: number }
    | { readonly kind: "url" }
    | { readonly kind: "list" }
    | { readonly kind: "flag" }
    /** On unless it is switched off. */
    | { readonly kind: "unless" }
    /** `unset` takes it back. */
    | { readonly kind: "choice"; readonly values: readonly string[] }
  );

const title: SettingField = { name: "title", path: ["title"], kind: "text", max: 255 };
const link: SettingField = { name: "link", path: ["link"], kind: "url" };
const madeWithAi: SettingField = { name: "madeWithAi", path: ["madeWithAi"], kind: "flag" };
const visibility: SettingField = {
  name: "visibility",
  path: ["visibility"],
  kind: "choice",
  values: [UNSET, "PUBLIC", "CONNECTIONS", "LOGGED_IN"],
};
const YOUTUBE: readonly SettingField[] = [
  { name: "youtubeTitle", path: ["title"], kind: "text", max: 100 },
  { name: "youtubePrivacy", path: ["privacy"], kind: "choice", values: [UNSET, "public", "unlisted"] },
  { name: "madeForKids", path: ["madeForKids"], kind: "flag" },
  madeWithAi,
  { name: "notifySubscribers", path: ["notifySubscribers"], kind: "unless" },
  { name: "tags", path: ["tags"], kind: "list" },
];

/** TikTok's are a screen of their own, as its audit wants it. */
export const SETTING_FIELDS: Readonly<Record<Option, readonly SettingField[]>> = {
  tiktok_video: [],
  tiktok_photo: [],
  facebook_post: [link],
  facebook_video: [title],
  facebook_reel: [title],
  facebook_story: [],
  instagram_feed: [],
  instagram_reel: [{ name: "shareToFeed", path: ["shareToFeed"], kind: "unless" }],
  instagram_story: [],
  instagram_carousel: [],
  youtube_video: YOUTUBE,
  youtube_short: YOUTUBE,
  threads_post: [
    { name: "topicTag", path: ["topicTag"], kind: "text", max: 50 },
    link,
    {
      name: "replyControl",
      path: ["replyControl"],
      kind: "choice",
      values: [UNSET, "followers_only", "accounts_you_follow", "mentioned_only"],
    },
    { name: "isSpoiler", path: ["isSpoiler"], kind: "flag" },
  ],
  x_post: [
    {
      name: "replySettings",
      path: ["replySettings"],
      kind: "choice",
      values: [UNSET, "following", "mentionedUsers", "subscribers", "verified"],
    },
    madeWithAi,
    { name: "paidPartnership", path: ["paidPartnership"], kind: "flag" },
  ],
  linkedin_post: [
    visibility,
    { name: "articleUrl", path: ["article", "url"], kind: "url" },
    { name: "articleTitle", path: ["article", "title"], kind: "text", max: 400 },
  ],
  linkedin_document: [
    { name: "documentTitle", path: ["title"], kind: "text", max: 200 },
    visibility,
  ],
};

/** `settings` of an option, as they are sent. */
export type PostSettingsValue = Readonly<Record<string, unknown>>;

/** What is set; undefined: nothing is. */
export function settingOf(settings: PostSettingsValue, { path: [outer, inner] }: SettingField): unknown {
  const value = settings[outer];
  return inner === undefined ? value : isDict(value) ? value[inner] : undefined;
}

/** The same with another value; undefined takes it back, and what is left empty by that too. */
export function withSetting(
  settings: PostSettingsValue,
  { path: [outer, inner] }: SettingField,
  value: unknown,
): PostSettingsValue {
  if (inner === undefined) return without({ ...settings, [outer]: value });
  const before = settings[outer];
  const within = without({ ...isDict(before) ? before : {}, [inner]: value });
  return without({ ...settings, [outer]: Object.keys(within).length > 0 ? within : undefined });
}

const isDict = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
const without = (settings: PostSettingsValue): PostSettingsValue =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
