/**
 * How long a text is for Threads: its characters, but each emoji by its bytes (docs/platforms/threads.md#limits).
 * What a character is, Threads does not say: here it is a code point.
 */

/** One emoji: flags, keys, and pictures with their skins, signs and joiners. */
const EMOJI = new RegExp(
  [
    String.raw`\p{RI}{2}`,
    String.raw`[0-9#*]\uFE0F?\u20E3`,
    String.raw`\p{ExtPict}[\uFE0F\p{EMod}]*[\u{E0020}-\u{E007F}]*(?:\u200D\p{ExtPict}[\uFE0F\p{EMod}]*)*`,
  ].join("|"),
  "gu",
);
/** Signs such as © are letters, unless they ask to be shown as pictures. */
const LETTER = /^\P{Emoji_Presentation}$/u;

/** The length of `text`. Pure. */
export function lengthWithEmojiBytes(text: string): number {
  let length = [...text].length;
  for (const [emoji] of text.matchAll(EMOJI)) {
    if (!LETTER.test(emoji)) length += new TextEncoder().encode(emoji).length - [...emoji].length;
  }
  return length;
}
