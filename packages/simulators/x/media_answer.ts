/** What X says of a file: `data` of its answers. */
import type { Media, MediaShelf } from "./media.ts";

/** The name of a file where posts are read. */
export function mediaKey({ kind, id }: Media): string {
  return `${kind.key}_${id}`;
}

/** @param state another word in place of its state. */
export function mediaAnswer(shelf: MediaShelf, media: Media, state?: string): Record<string, unknown> {
  const { id, whole, kind, totalBytes, expiresAt } = media;
  const now = shelf.world.clock.now();
  return {
    id,
    media_key: mediaKey(media),
    ...whole ? { size: totalBytes } : {},
    expires_after_secs: Math.max(0, Math.floor((expiresAt - now) / 1000)),
    ...whole && (kind.isProcessed || state !== undefined || now < whole.readyAt)
      ? { processing_info: processing(shelf, whole, now, state) }
      : {},
  };
}

function processing(
  { processMs, checkAfterS }: MediaShelf,
  { readyAt, isFailed }: NonNullable<Media["whole"]>,
  now: number,
  state?: string,
): Record<string, unknown> {
  const left = readyAt - now;
  const wait = { check_after_secs: Math.max(checkAfterS, Math.ceil(left / 1000)) };
  if (state !== undefined) return { state, ...wait };
  if (left > processMs / 2) return { state: "pending", ...wait };
  if (left > 0) {
    return { state: "in_progress", ...wait, progress_percent: Math.max(1, 99 - Math.ceil(left / 100)) };
  }
  if (isFailed) {
    return {
      state: "failed",
      progress_percent: 100,
      error: { code: 1, name: "InvalidMedia", message: "Unsupported video format" },
    };
  }
  return { state: "succeeded", progress_percent: 100 };
}
