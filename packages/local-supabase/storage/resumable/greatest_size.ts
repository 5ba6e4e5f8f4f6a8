/** How large an upload may be. */
import type { StorageContext } from "../context.ts";
import type { BucketRules } from "../object_rows.ts";

/** Bytes that an object of this bucket may have. */
export function maxBytesOf(ctx: StorageContext, { file_size_limit }: BucketRules): number {
  return Math.min(file_size_limit || Infinity, ctx.fileSizeLimit);
}
