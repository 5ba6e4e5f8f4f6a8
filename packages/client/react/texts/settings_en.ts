import type { SettingsTexts } from "./settings_texts.ts";

export const SETTINGS_EN: SettingsTexts = {
  label: (option) => `Settings: ${option}`,
  names: {
    title: "Title",
    youtubeTitle: "Title",
    documentTitle: "Title of the document",
    link: "Link",
    youtubePrivacy: "Who can see it",
    madeForKids: "Made for kids",
    madeWithAi: "It was made with AI",
    notifySubscribers: "Tell subscribers",
    tags: "Tags, with commas between them",
    replyControl: "Who can reply",
    replySettings: "Who can reply",
    topicTag: "Topic",
    isSpoiler: "Hide the media as a spoiler",
    paidPartnership: "It is a paid partnership",
    visibility: "Who can see it",
    articleUrl: "Link to an article",
    articleTitle: "Title of the article",
    shareToFeed: "Show it in the feed too",
  },
  hints: {
    youtubeTitle: "Left empty: the first line of the caption.",
    documentTitle: "Left empty: the name of the file.",
    madeForKids: "The law has its owner say so.",
    link: "Shown below the text of a post without media.",
    articleUrl: "For a post without media; it needs a title.",
  },
  values: {
    youtubePrivacy: {
      unset: "Only me (private)",
      public: "Everyone (public)",
      unlisted: "Whoever has the link (unlisted)",
    },
    replyControl: {
      unset: "Everyone",
      followers_only: "Followers",
      accounts_you_follow: "Profiles the account follows",
      mentioned_only: "Only those who are mentioned",
    },
    replySettings: {
      unset: "Everyone",
      following: "Accounts it follows",
      mentionedUsers: "Only those who are mentioned",
      subscribers: "Subscribers",
      verified: "Verified accounts",
    },
    visibility: {
      unset: "As LinkedIn has it: everyone",
      PUBLIC: "Everyone",
      CONNECTIONS: "Connections only",
      LOGGED_IN: "Whoever is signed in",
    },
  },
};
