/**
 * "little" text as LinkedIn reads it: up to the first reserved character that is neither escaped nor part of an element; what
 * follows is lost without a word, as public clients have seen it.
 */

const HASHTAG = /^\{hashtag\|\\?([#＃])\|((?:\\.|[^|{}\\])+)\}/u;
const MENTION = /^@\[((?:\\.|[^\]\\])+)\]\(urn:li:(?:person|organization):[\w-]+\)/u;
const PLAIN_HASHTAG = /^#[\p{L}\p{N}]+/u;
const ESCAPED = /^\\[|{}@[\]()<>#\\*_~]/;
const RESERVED = /[|{}@[\]()<>#\\*_~]/;

/** What people see of it, and as much of the text as was understood. */
export function readLittle(text: string): { shown: string; kept: string } {
  let shown = "";
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const hashtag = HASHTAG.exec(rest);
    const mention = MENTION.exec(rest);
    const element = hashtag ?? mention ?? PLAIN_HASHTAG.exec(rest) ?? ESCAPED.exec(rest);
    if (element) {
      const [whole, first = "", second = ""] = element;
      shown += hashtag ? first + bare(second) : mention ? bare(first) : whole.replace(/^\\/, "");
      at += whole.length;
      continue;
    }
    const end = RESERVED.exec(rest)?.index ?? rest.length;
    if (end === 0) break;
    shown += rest.slice(0, end);
    at += end;
  }
  return { shown, kept: text.slice(0, at) };
}

const bare = (text: string) => text.replaceAll(/\\(.)/gsu, "$1");
