/** What is kept of a copy that is not done: enough for anybody to go on with it. */
import { z } from "zod";

/** A large file on its way to Storage. How far it is, Storage knows. */
export const copyState = z.object({
  /** Where it comes from. */
  url: z.string(),
  /** Where it goes to, and what it is. */
  path: z.string(),
  type: z.string(),
  /** It is to be seen to stay text to its end. */
  isText: z.boolean(),
  /** The place of the upload in Storage. */
  upload: z.string(),
  /** Bytes of the whole; null: not known. */
  total: z.number().nullable(),
  /** What the source knew the file by; null: it cannot be gone on with. */
  validator: z.string().nullable(),
});
export type CopyState = z.infer<typeof copyState>;
