/** What is published: the input of a job of the lane `publication`, and `publication_jobs.content` of document 003. */
import { z } from "zod";

/** A file: one of the user's own in the bucket `inputs` (`path`), or a public https address (`url`). */
export const mediaFile = z.strictObject({
  name: z.string().min(1).max(255),
  /** In bytes, as the caller says. */
  size: z.number().int().nonnegative(),
  /** The media type, as the caller says. */
  type: z.string().min(1).max(100),
  path: z.string().max(1024).optional(),
  url: z.url().max(2048).optional(),
  /** What it shows, for those who do not see it; where the platform takes it. */
  altText: z.string().max(1000).optional(),
}).refine(({ path, url }) => (path === undefined) !== (url === undefined), {
  error: "names a file by path or by url",
});
export type MediaFile = z.infer<typeof mediaFile>;

export const publicationContent = z.strictObject({
  /** The connection that it is published with: the caller's own. */
  connectionId: z.guid(),
  /** All that were enqueued together have the same. */
  groupId: z.guid(),
  caption: z.string().max(100_000),
  mediaFiles: z.array(mediaFile).max(35),
  /** The paths among `mediaFiles`, in their order: what the engine hands over as copies. */
  media: z.array(z.string()).max(35),
  /** The option's own settings, checked by its schema. */
  settings: z.record(z.string(), z.unknown()),
  /** Whether the same content may go to the same connection again within 24 h. */
  allowDuplicate: z.boolean().default(false),
  /** Not before this time, in UTC: what was asked for, while a job's `run_at` says when it is looked at next. */
  scheduledFor: z.iso.datetime().optional(),
});
export type PublicationContent = z.infer<typeof publicationContent>;
