/** The bodies that X is sent, as its OpenAPI document has them: whatever is not in these schemas is not sent. */
import { z } from "zod";

const id = z.string().regex(/^[0-9]{1,19}$/);

/** `POST /2/media/upload/initialize`. */
export const initializeBody = z.strictObject({
  media_type: z.enum(["video/mp4", "video/quicktime", "image/jpeg", "image/png", "image/webp", "image/gif"]),
  total_bytes: z.number().int().positive().max(17_179_869_184),
  media_category: z.enum(["tweet_image", "tweet_gif", "tweet_video"]),
});

/** The fields of `POST /2/media/upload/{id}/append` beside the piece itself. */
export const appendFields = z.strictObject({
  segment_index: z.number().int().min(0).max(999).transform(String),
});

/** `POST /2/media/metadata`. */
export const metadataBody = z.strictObject({
  id,
  metadata: z.strictObject({ alt_text: z.strictObject({ text: z.string().min(1).max(1000) }) }),
});

/** `POST /2/tweets`. The text is always sent, empty where there is none: X refuses a post without the field. */
export const postBody = z.strictObject({
  text: z.string(),
  media: z.strictObject({
    media_ids: z.array(id).min(1).max(4),
    tagged_user_ids: z.array(id).min(1).max(10).optional(),
  }).optional(),
  reply: z.strictObject({
    in_reply_to_tweet_id: id,
    exclude_reply_user_ids: z.array(id).min(1).optional(),
  }).optional(),
  quote_tweet_id: id.optional(),
  reply_settings: z.enum(["following", "mentionedUsers", "subscribers", "verified"]).optional(),
  community_id: id.optional(),
  poll: z.strictObject({
    options: z.array(z.string().min(1).max(25)).min(2).max(4),
    duration_minutes: z.number().int().min(5).max(10_080),
  }).optional(),
  made_with_ai: z.literal(true).optional(),
  paid_partnership: z.literal(true).optional(),
});
export type PostBody = z.infer<typeof postBody>;
