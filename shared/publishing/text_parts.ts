/** What a caption holds beside words: links, hashtags and mentions, as platforms are alike in seeing them. */

const LINK = /\bhttps?:\/\/\S+/gi;
/** A letter is in it somewhere: #1 is a number. */
const HASHTAG = /(?<![\p{L}\p{N}_&])[#＃](?=[\p{N}_]*\p{L})[\p{L}\p{M}\p{N}_]+/gu;
/** What stands before it tells it from an e-mail address. */
const MENTION = /(?<![\p{L}\p{N}_.@/])[@＠][\p{L}\p{N}_][\p{L}\p{N}_.]*/gu;

export interface TextParts {
  links: string[];
  hashtags: string[];
  mentions: string[];
}

/** The links, hashtags and mentions of a text, each as often as it is there. What is in a link is that link's. */
export function partsOf(text: string): TextParts {
  const rest = text.replace(LINK, " ");
  return {
    links: text.match(LINK) ?? [],
    hashtags: rest.match(HASHTAG) ?? [],
    mentions: rest.match(MENTION) ?? [],
  };
}
