/** The bodies that TikTok is sent, as its documentation has them: whatever is not in these schemas is not sent. */
import { z } from "zod";
import { TIKTOK_PRIVACY } from "../../../../../shared/publishing/tiktok_settings.ts";

const MEGABYTE = 1024 * 1024;

/** A file that is handed in: never the address of one. */
const fileUpload = z.strictObject({
  source: z.literal("FILE_UPLOAD"),
  video_size: z.number().int().positive().max(4 * 1024 * MEGABYTE),
  chunk_size: z.number().int().positive().max(64 * MEGABYTE),
  total_chunk_count: z.number().int().min(1).max(1000),
});

const privacy = z.enum(TIKTOK_PRIVACY);
const brands = { brand_content_toggle: z.boolean(), brand_organic_toggle: z.boolean() };

/** `POST /v2/post/publish/video/init/`. */
export const directVideoBody = z.strictObject({
  post_info: z.strictObject({
    title: z.string().max(2200),
    privacy_level: privacy,
    disable_comment: z.boolean(),
    disable_duet: z.boolean(),
    disable_stitch: z.boolean(),
    video_cover_timestamp_ms: z.number().int().nonnegative().optional(),
    ...brands,
    is_aigc: z.boolean(),
  }),
  source_info: fileUpload,
});
export type DirectVideoBody = z.infer<typeof directVideoBody>;

/** `POST /v2/post/publish/inbox/video/init/`: TikTok takes nothing but the file. */
export const draftVideoBody = z.strictObject({ source_info: fileUpload });
export type DraftVideoBody = z.infer<typeof draftVideoBody>;

const photos = z.strictObject({
  source: z.literal("PULL_FROM_URL"),
  photo_images: z.array(z.url()).min(1).max(35),
  photo_cover_index: z.number().int().min(0).max(34),
});
const words = { title: z.string().max(90).optional(), description: z.string().max(4000) };

/** `POST /v2/post/publish/content/init/`. */
export const photoBody = z.discriminatedUnion("post_mode", [
  z.strictObject({
    media_type: z.literal("PHOTO"),
    post_mode: z.literal("DIRECT_POST"),
    post_info: z.strictObject({
      ...words,
      privacy_level: privacy,
      disable_comment: z.boolean(),
      auto_add_music: z.boolean(),
      ...brands,
    }),
    source_info: photos,
  }),
  z.strictObject({
    media_type: z.literal("PHOTO"),
    post_mode: z.literal("MEDIA_UPLOAD"),
    post_info: z.strictObject(words),
    source_info: photos,
  }),
]);
export type PhotoBody = z.infer<typeof photoBody>;

/** `POST /v2/post/publish/status/fetch/`. */
export const statusBody = z.strictObject({ publish_id: z.string().min(1).max(500) });
