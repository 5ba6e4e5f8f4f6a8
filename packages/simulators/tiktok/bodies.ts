/** What TikTok takes to begin a post, as far as it looks at it. */
import { z } from "zod";
import { invalidParam, type TikTokError, UNAUDITED, WRONG_PRIVACY } from "./errors.ts";
import type { TikTok } from "./world.ts";

const MEGABYTE = 1_000_000;
const bytes = z.int().positive();

const postInfo = z.object({
  title: z.string().optional(),
  description: z.string().max(4000).optional(),
  privacy_level: z.string().optional(),
  brand_content_toggle: z.boolean().optional(),
});
export type PostInfo = z.infer<typeof postInfo>;

/** The beginning of a video; a draft has no `post_info`. */
export const videoInit = z.object({
  post_info: postInfo.optional(),
  source_info: z.object({
    source: z.literal("FILE_UPLOAD"), // nothing is fetched here but photos
    video_size: bytes,
    chunk_size: bytes,
    total_chunk_count: bytes,
  }),
});

export const photoInit = z.object({
  media_type: z.literal("PHOTO"),
  post_mode: z.enum(["DIRECT_POST", "MEDIA_UPLOAD"]),
  post_info: postInfo.default({}),
  source_info: z.object({
    source: z.literal("PULL_FROM_URL"),
    photo_images: z.array(z.url()).min(1).max(35),
    photo_cover_index: z.int().nonnegative().default(0),
  }),
});

/** What is wrong with how a file is to be cut. */
export function wrongWithParts(
  { video_size: size, chunk_size: chunk, total_chunk_count: count }: z.infer<typeof videoInit>["source_info"],
): TikTokError | undefined {
  if (size > 4096 * 1024 * 1024) return invalidParam("The video size is invalid");
  const isWhole = count === 1 && chunk === size && size <= 64 * 1024 * 1024;
  if (isWhole) return undefined;
  if (size < 5 * MEGABYTE || chunk < 5 * MEGABYTE || chunk > 64 * 1024 * 1024) {
    return invalidParam("The chunk size is invalid");
  }
  const last = size - chunk * (count - 1);
  const isRight = count === Math.floor(size / chunk) && count <= 1000 && last <= 128 * 1024 * 1024;
  return isRight ? undefined : invalidParam("The total chunk count is invalid");
}

/** What is wrong with a post that is to be made directly. */
export function wrongWithPost(
  { creators, isUnaudited }: TikTok,
  username: string,
  { title = "", privacy_level, brand_content_toggle }: PostInfo,
  longest: number,
): TikTokError | undefined {
  if (title.length > longest) return invalidParam("The title is too long");
  if (isUnaudited && !creators.of(username).isPrivate) return UNAUDITED;
  if (privacy_level === undefined || !creators.privacyOf(username).includes(privacy_level)) {
    return WRONG_PRIVACY;
  }
  return brand_content_toggle === true && privacy_level === "SELF_ONLY"
    ? invalidParam("Branded content cannot be private")
    : undefined;
}
