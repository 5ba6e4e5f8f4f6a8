import type { TikTokTexts } from "./tiktok_texts.ts";

const MUSIC = { policy: "music", name: "Music Usage Confirmation" } as const;
const BRANDED = { policy: "branded", name: "Branded Content Policy" } as const;

export const TIKTOK_EN: TikTokTexts = {
  title: "Post on TikTok",
  loading: "Asking TikTok what this account may choose…",
  again: "Ask again",
  nothing: "TikTok offers this account nothing to choose.",
  postingAs: "Posting as",
  mode: {
    label: "How",
    direct: "Post it",
    draft: "Put it into my TikTok inbox",
    draftHint: "It waits there as a draft: you finish and post it in the TikTok app.",
  },
  caption: "Title",
  privacy: "Who can see this post",
  choosePrivacy: "Choose",
  privacies: {
    PUBLIC_TO_EVERYONE: "Everyone",
    MUTUAL_FOLLOW_FRIENDS: "Friends",
    FOLLOWER_OF_CREATOR: "Followers",
    SELF_ONLY: "Only me",
  },
  interactions: "Allow others to",
  allowComments: "Comment",
  allowDuet: "Duet",
  allowStitch: "Stitch",
  offInAccount: "switched off in the account",
  disclose: "Disclose commercial content",
  discloseHint: "Switch it on if this promotes yourself, a brand, a product or a service.",
  ownBrand: "Your brand",
  ownBrandHint: "You are promoting yourself or your own business.",
  brandedContent: "Branded content",
  brandedContentHint: "You are promoting another brand or a third party.",
  brandedNotPrivate: "Branded content visibility cannot be set to private.",
  label: (option, isBranded) =>
    `Your ${option === "tiktok_video" ? "video" : "photo"} will be labeled as “${
      isBranded ? "Paid partnership" : "Promotional content"
    }”. This cannot be changed once it is posted.`,
  madeWithAi: "It was made with AI",
  autoAddMusic: "Have TikTok choose music",
  duration: (is, most) => `The video takes ${is}; this account posts up to ${most}.`,
  mostDuration: (most) => `Videos up to ${most}`,
  consent: (isBranded) =>
    isBranded
      ? ["By posting, you agree to TikTok's ", BRANDED, " and ", MUSIC, "."]
      : ["By posting, you agree to TikTok's ", MUSIC, "."],
  delay: "It may take TikTok a few minutes to process it before it shows on the profile.",
  missing: {
    creator: "TikTok has still to say what this account may choose.",
    privacy: "Choose who can see this post.",
    disclosure: "You need to indicate if your content promotes yourself, a third party, or both.",
    too_long: "The video is too long for this account.",
  },
  facts: {
    title: "What can be posted",
    chosenEachTime: "chosen anew for each post",
    offUntilChosen: "off until you switch it on",
  },
};
