/** What may still be posted with a connection, in words. */
import type { PostingLimit } from "../../../../../shared/rows/connection.ts";
import type { Texts } from "../../texts/texts.ts";

/** A window of time as people say it: `24 h`, `15 min`. */
export function spanOf(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${Math.round(seconds / 60)} min`;
}

/** @param moment writes a time as the reader's language does */
export function limitWords(
  { used, total, windowSeconds, resetsAt }: PostingLimit,
  texts: Texts,
  moment: (iso: string) => string,
): string {
  const words = texts.publishing.connections;
  if (used >= total) return words.noneLeft(resetsAt && moment(resetsAt));
  return words.left(total - used, total, spanOf(windowSeconds));
}
