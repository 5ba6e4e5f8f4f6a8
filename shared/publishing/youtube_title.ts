/** The title of a video, and how long its tags are, as YouTube counts them. */
import { YOUTUBE_TITLE_MAX } from "./youtube_rules.ts";

/**
 * The title that is sent: the one that was set, or the first line of the caption that has anything in it, cut to a hundred
 * characters. Null: there is none.
 */
export function youtubeTitle(
  { caption, title }: { caption: string; title?: string | undefined },
): string | null {
  const set = title?.trim() ?? "";
  if (set !== "") return set;
  const line = caption.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => line.trim()).find((line) =>
    line !== ""
  );
  return line === undefined ? null : cutTo(YOUTUBE_TITLE_MAX, line).trim();
}

/** How many characters all tags take: a comma between two, and quotation marks around those with a blank. */
export function youtubeTagsLength(tags: readonly string[]): number {
  const lengths = tags.map((tag) => tag.length + (/\s/.test(tag) ? 2 : 0));
  return lengths.reduce((sum, length) => sum + length, Math.max(tags.length - 1, 0));
}

/** Cuts a text where a character as people see it ends: `max` UTF-16 units at the most. */
function cutTo(max: number, text: string): string {
  if (text.length <= max) return text;
  let end = 0;
  for (const { index, segment } of new Intl.Segmenter().segment(text)) {
    if (index + segment.length > max) break;
    end = index + segment.length;
  }
  return text.slice(0, end) || text.slice(0, max).toWellFormed();
}
