/** What the settings of a post on TikTok cannot be together: what would be ignored is refused rather than dropped. */
import type { PublicationIssue } from "./option_rules.ts";
import type { TikTokOption } from "./tiktok_settings.ts";

type Settings = Readonly<Record<string, unknown>>;

/** Whoever is handed a draft chooses these in TikTok. */
const CHOSEN_IN_TIKTOK: Readonly<Record<TikTokOption, readonly string[]>> = {
  tiktok_video: [
    "privacy",
    "allowComments",
    "allowDuet",
    "allowStitch",
    "coverTimestampMs",
    "brandedContent",
    "ownBrand",
    "madeWithAi",
  ],
  tiktok_photo: ["privacy", "allowComments", "brandedContent", "ownBrand", "autoAddMusic"],
};

/** Whether it is laid in the creator's inbox rather than posted. */
export function isTikTokDraft({ mode }: Settings): boolean {
  return mode === "draft";
}

/** Why these settings cannot be posted with; empty where they can. `fileCount`: how many files there are. */
export function tiktokChoices(
  option: TikTokOption,
  settings: Settings,
  fileCount: number,
): PublicationIssue[] {
  const { coverIndex } = settings;
  const isBeyond = typeof coverIndex === "number" && fileCount > 0 && coverIndex >= fileCount;
  return [
    ...isTikTokDraft(settings) ? ignored(option, settings) : unchosen(settings),
    ...isBeyond
      ? [invalid("coverIndex", "There are not as many pictures as coverIndex says", {
        count: coverIndex,
        maximum: fileCount - 1,
      })]
      : [],
  ];
}

function ignored(option: TikTokOption, settings: Settings): PublicationIssue[] {
  return CHOSEN_IN_TIKTOK[option].filter((name) => settings[name] !== undefined).map((name) => ({
    code: "settings_ignored",
    field: `settings.${name}`,
    message: `A draft is finished in TikTok, where its creator chooses this: ${name} would be ignored`,
  }));
}

function unchosen({ privacy, brandedContent }: Settings): PublicationIssue[] {
  if (privacy === undefined) {
    return [invalid("privacy", "TikTok wants whoever posts to say who may see it: there is no default")];
  }
  return brandedContent === true && privacy === "SELF_ONLY"
    ? [invalid("brandedContent", "What promotes a third party cannot be for its creator's eyes alone")]
    : [];
}

function invalid(name: string, message: string, details?: Record<string, unknown>): PublicationIssue {
  return { code: "invalid_input", field: `settings.${name}`, message, ...details ? { details } : {} };
}
