/** The end of a resumable upload: its bytes become an object. */
import { createHash } from "node:crypto";
import type { StorageContext } from "../context.ts";
import { findObject, lockObjects, writeObject } from "../object_rows.ts";
import { inTransaction } from "../scope.ts";
import { metadataOf, userMetadataOf } from "../upload_body.ts";
import type { UploadId } from "./upload_id.ts";
import type { StoredUpload } from "./upload_store.ts";

/** S3 is handed so many bytes as one part; storage-api's default. */
const PART_BYTES = 50 * 1024 * 1024;

/**
 * Writes the object's row as the service, replacing what is there: the rights were checked when the bytes came. The
 * row has the owner of the last request. When that fails the bytes are gone, and so is the upload.
 */
export async function finishUpload(
  ctx: StorageContext,
  id: UploadId,
  upload: StoredUpload,
  owner: string | undefined,
): Promise<void> {
  const { version } = id;
  const { contentType, cacheControl = "no-cache", metadata } = upload.metadata;
  const file = { size: upload.offset, eTag: eTagOf(version, upload.offset) };
  try {
    const replaced = await inTransaction(ctx.pool, async (tx) => {
      await lockObjects(tx, id);
      const old = await findObject(tx, id);
      await writeObject(tx, {
        ...id,
        id: old?.id ?? crypto.randomUUID(),
        owner,
        metadata: metadataOf(file, contentType ?? "application/octet-stream", cacheControl),
        userMetadata: metadata === undefined ? null : userMetadataOf(metadata),
      }, true);
      await ctx.files.adopt(version, ctx.uploads.bytesOf(version));
      return old?.version ?? null;
    });
    await ctx.uploads.change(version, { length: upload.offset, isComplete: true });
    if (replaced !== version) await ctx.files.discard(replaced);
  } catch (error) {
    await ctx.uploads.remove(version);
    await ctx.files.discard(version);
    throw error;
  }
}

/** S3 names what came in parts by a digest of their digests and their number. A version never changes, so it will do. */
function eTagOf(version: string, size: number): string {
  const digest = createHash("md5").update(version).digest("hex");
  return `"${digest}-${Math.max(1, Math.ceil(size / PART_BYTES))}"`;
}
