/**
 * "little" text, in which LinkedIn takes what is said beside a post: a character that is reserved there and not escaped cuts
 * the post off, without a word (docs/platforms/linkedin.md#little-text).
 */

const RESERVED = /[|{}@[\]()<>#\\*_~]/g;
const ESCAPED = /\\([|{}@[\]()<>#\\*_~])/g;
const TEMPLATE = /\{hashtag\|\\?([#＃])\|((?:\\[|{}@[\]()<>#\\*_~]|[^|{}\\])*)\}/g;

/**
 * A hashtag as people write it: letters, digits and `_`, of them one letter at the least, and not in the middle of a word or
 * of an address.
 */
const HASHTAG = /(?<![\p{L}\p{M}\p{N}_&/#＃])([#＃])([\p{L}\p{M}\p{N}_]*\p{L}[\p{L}\p{M}\p{N}_]*)/gu;

/** The text as it is sent: shown as it was written, and its hashtags are hashtags. Nothing else in it has a meaning. */
export function escapeLittle(text: string): string {
  let sent = "";
  let at = 0;
  for (const { index, 0: whole, 1: sign = "#", 2: tag = "" } of text.matchAll(HASHTAG)) {
    sent += `${escaped(text.slice(at, index))}{hashtag|${escaped(sign)}|${escaped(tag)}}`;
    at = index + whole.length;
  }
  return sent + escaped(text.slice(at));
}

/** The text as it is shown, of one that LinkedIn has. */
export function unescapeLittle(little: string): string {
  let shown = "";
  let at = 0;
  for (const { index, 0: whole, 1: sign = "#", 2: tag = "" } of little.matchAll(TEMPLATE)) {
    // Behind an odd number of strokes the bracket is a bracket.
    if (/(?<!\\)(?:\\\\)*\\$/.test(little.slice(at, index))) continue;
    shown += unescaped(little.slice(at, index)) + sign + unescaped(tag);
    at = index + whole.length;
  }
  return shown + unescaped(little.slice(at));
}

const escaped = (text: string) => text.replace(RESERVED, "\\$&");
const unescaped = (little: string) => little.replace(ESCAPED, "$1");
