/** Deleting objects: the rows as the caller, then the files of those rows that went. */
import { z } from "zod";
import type { ObjectPath, StorageContext } from "./context.ts";
import type { ObjectRow } from "./object_rows.ts";
import { readJson, requireCaller } from "./request.ts";
import { asCaller } from "./scope.ts";
import { noSuchKey } from "./storage_error.ts";

const removeBody = z.object({
  /** Whole keys, despite the name. */
  prefixes: z.array(z.string()).min(1).max(1000),
});

/** `DELETE /object/:bucket` with keys in the body: returns the rows that were deleted; the others are passed over. */
export async function removeObjects(
  ctx: StorageContext,
  request: Request,
  bucket: string,
): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const { prefixes } = await readJson(request, removeBody);
  const removed = await asCaller(ctx.pool, caller, "object.delete_many", (tx) =>
    tx<ObjectRow[]>`
      delete from storage.objects where bucket_id = ${bucket} and name = any(${prefixes})
      returning id, bucket_id, name, version, owner, owner_id, metadata, user_metadata,
                created_at, updated_at, last_accessed_at`);
  await discardFiles(ctx, removed);
  return Response.json(removed);
}

/** `DELETE /object/:bucket/:key` @throws StorageError `NoSuchKey` when the caller deleted nothing */
export async function removeObject(
  ctx: StorageContext,
  request: Request,
  path: ObjectPath,
): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const removed = await asCaller(ctx.pool, caller, "object.delete", (tx) =>
    tx<ObjectRow[]>`
      delete from storage.objects where bucket_id = ${path.bucket} and name = ${path.key} returning version`);
  if (removed.length === 0) throw noSuchKey();
  await discardFiles(ctx, removed);
  return Response.json({ message: "Successfully deleted" });
}

/** Removes the files of deleted rows. */
export async function discardFiles(ctx: StorageContext, rows: readonly { version: string | null }[]) {
  for (const { version } of rows) await ctx.files.discard(version);
}
