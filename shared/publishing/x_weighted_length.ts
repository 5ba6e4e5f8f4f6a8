/**
 * How long X takes a text to be: characters of most alphabets count one, those of Chinese, Japanese and Korean and all
 * others two, an emoji two however it is put together, an address 23 whatever its length
 * (docs/platforms/x.md#how-long-a-post-is; version 3 of the counter that X has published).
 */
import { xUrlsIn } from "./x_urls.ts";

/** What a post may weigh. */
export const X_MAX_LENGTH = 280;
/** What an address weighs: that of the one that X puts in its place. */
export const X_URL_LENGTH = 23;
const EMOJI_LENGTH = 2;

/** First and last code point of what weighs one; all else weighs two. */
const LIGHT: readonly (readonly [number, number])[] = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
];

// A pictograph, with a colour of skin or a mark that it is one, or the tags of a flag; and more of them joined to it.
const PICTOGRAPH =
  "\\p{Extended_Pictographic}(?!\\ufe0e)(?:\\ufe0f|\\p{Emoji_Modifier})?[\\u{e0020}-\\u{e007f}]*";
const EMOJI = new RegExp(
  `\\p{Regional_Indicator}{2}|[0-9#*]\\ufe0f?\\u20e3|${PICTOGRAPH}(?:\\u200d${PICTOGRAPH})*`,
  "gu",
);

/** The weight of a text. It is counted in Unicode's composed form (NFC), as X keeps it. */
export function xWeightedLength(text: string): number {
  const composed = text.normalize("NFC");
  let weight = 0;
  let at = 0;
  for (const { start, end } of xUrlsIn(composed)) {
    weight += weightOfWords(composed.slice(at, start)) + X_URL_LENGTH;
    at = end;
  }
  return weight + weightOfWords(composed.slice(at));
}

/** The weight of a text without addresses. */
function weightOfWords(text: string): number {
  let weight = 0;
  let at = 0;
  for (const { index, 0: emoji } of text.matchAll(EMOJI)) {
    weight += weightOfCharacters(text.slice(at, index)) + EMOJI_LENGTH;
    at = index + emoji.length;
  }
  return weight + weightOfCharacters(text.slice(at));
}

function weightOfCharacters(text: string): number {
  let weight = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    weight += LIGHT.some(([first, last]) => code >= first && code <= last) ? 1 : 2;
  }
  return weight;
}
