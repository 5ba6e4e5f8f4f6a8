/** The bodies that YouTube is sent: whatever is not in these schemas is not sent. */
import { z } from "zod";

/** `POST /upload/youtube/v3/videos`. Who may see it is always said: YouTube takes what is missing for public. */
export const videoBody = z.strictObject({
  snippet: z.strictObject({
    title: z.string().min(1).max(100).regex(/^[^<>]*$/),
    description: z.string().regex(/^[^<>]*$/),
    tags: z.array(z.string().min(1)).min(1).optional(),
    categoryId: z.string().regex(/^\d{1,3}$/),
    defaultLanguage: z.string().min(2).optional(),
  }),
  status: z.strictObject({
    privacyStatus: z.enum(["public", "unlisted", "private"]),
    selfDeclaredMadeForKids: z.boolean(),
    containsSyntheticMedia: z.literal(true).optional(),
    embeddable: z.boolean().optional(),
    license: z.enum(["youtube", "creativeCommon"]).optional(),
  }),
});
export type VideoBody = z.infer<typeof videoBody>;
