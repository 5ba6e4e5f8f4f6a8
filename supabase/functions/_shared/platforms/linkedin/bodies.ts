/** The bodies that LinkedIn is sent: whatever is not in these schemas is not sent. */
import { z } from "zod";
import { AUTHOR } from "./urns.ts";

const author = z.string().regex(AUTHOR);
const fileSize = z.number().int().positive();

/** `POST /rest/images?action=initializeUpload`, and the same of documents. */
export const initializeBody = z.strictObject({
  initializeUploadRequest: z.strictObject({ owner: author }),
});

/** `POST /rest/videos?action=initializeUpload`. */
export const initializeVideoBody = z.strictObject({
  initializeUploadRequest: z.strictObject({
    owner: author,
    fileSizeBytes: fileSize.max(524_288_000),
    uploadCaptions: z.literal(false),
    uploadThumbnail: z.literal(false),
  }),
});

/** `POST /rest/videos?action=finalizeUpload`. The part ids are in the order of their parts. */
export const finalizeBody = z.strictObject({
  finalizeUploadRequest: z.strictObject({
    video: z.string().min(1),
    uploadToken: z.string(),
    uploadedPartIds: z.array(z.string().min(1)).min(1),
  }),
});

const altText = z.string().min(1).max(4086).optional();

/** `POST /rest/posts`. */
export const postBody = z.strictObject({
  author,
  commentary: z.string(),
  visibility: z.enum(["PUBLIC", "CONNECTIONS", "LOGGED_IN"]),
  distribution: z.strictObject({
    feedDistribution: z.literal("MAIN_FEED"),
    targetEntities: z.array(z.never()).length(0),
    thirdPartyDistributionChannels: z.array(z.never()).length(0),
  }),
  content: z.union([
    z.strictObject({ media: z.strictObject({ id: z.string(), title: z.string().optional(), altText }) }),
    z.strictObject({
      multiImage: z.strictObject({
        images: z.array(z.strictObject({ id: z.string(), altText })).min(2).max(20),
      }),
    }),
    z.strictObject({
      article: z.strictObject({
        source: z.url(),
        title: z.string().min(1).max(400),
        description: z.string().max(4086).optional(),
      }),
    }),
  ]).optional(),
  lifecycleState: z.literal("PUBLISHED"),
  isReshareDisabledByAuthor: z.boolean(),
});
export type PostBody = z.infer<typeof postBody>;
