/** Fetches a photo as TikTok does: without following redirects, whole, and by what is in it rather than by its name. */
import { createHash } from "node:crypto";
import type { PostMedia } from "../social/books.ts";
import { lookAt } from "../social/media_look.ts";

const MOST_BYTES = 20 * 1024 * 1024;
const TAKEN = ["image/jpeg", "image/webp"];

/** Fetches it. @returns the reason why there is no post with it, where there is none. */
export async function fetchPhoto(
  address: string,
  mostMs: number,
  closing: AbortSignal,
): Promise<PostMedia | string> {
  try {
    const response = await fetch(address, {
      redirect: "manual",
      headers: { "user-agent": "TikTokContentPosting/1.0" },
      signal: AbortSignal.any([AbortSignal.timeout(mostMs), closing]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return "photo_pull_failed";
    }
    const bytes = await response.bytes();
    const { type } = lookAt(bytes);
    if (bytes.length === 0) return "photo_pull_failed";
    if (bytes.length > MOST_BYTES) return "picture_size_check_failed";
    if (!TAKEN.includes(type)) return "file_format_check_failed";
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { sha256, bytes: bytes.length, type, altText: null };
  } catch {
    return "photo_pull_failed";
  }
}
