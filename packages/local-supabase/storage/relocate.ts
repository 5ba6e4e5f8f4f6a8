/** Moving and copying objects, within a bucket or to another. */
import { z } from "zod";
import type { StorageContext } from "./context.ts";
import { validBucketName, validKey } from "./limits.ts";
import { findObject, lockObjects, objectRow, uuidOrNull, writeObject } from "./object_rows.ts";
import { readJson, requireCaller } from "./request.ts";
import { enter, inTransaction } from "./scope.ts";
import { noSuchKey } from "./storage_error.ts";
import { wantsUpsert } from "./upload.ts";

const moveBody = z.object({
  bucketId: z.string(),
  sourceKey: z.string(),
  destinationKey: z.string(),
  destinationBucket: z.string().optional(),
});

const copyBody = moveBody.extend({
  copyMetadata: z.boolean().default(true),
  /** Replaces parts of the file's metadata when `copyMetadata` is false. */
  metadata: z.object({
    cacheControl: z.string(),
    contentEncoding: z.string(),
    mimetype: z.string(),
  }).partial().default({}),
});

/**
 * `POST /object/move`. The row changes and the file stays where it is, since nothing about the file depends on the key.
 * The caller needs to be allowed to select the source and to update it to the destination.
 */
export async function moveObject(ctx: StorageContext, request: Request): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const body = await readJson(request, moveBody);
  const { source, destination } = pathsOf(body);
  const id = await inTransaction(ctx.pool, async (tx) => {
    await lockObjects(tx, source, destination);
    await enter(tx, caller, "object.move");
    const [moved] = await tx<{ id: string }[]>`
      update storage.objects
      set bucket_id = ${destination.bucket}, name = ${destination.key}, updated_at = now(),
          owner = coalesce(${uuidOrNull(caller.sub)}, owner),
          owner_id = coalesce(${caller.sub ?? null}, owner_id)
      where bucket_id = ${source.bucket} and name = ${source.key}
      returning id`;
    if (!moved) throw noSuchKey();
    return moved.id;
  });
  return Response.json({ message: "Successfully moved", Id: id, Key: destination.key });
}

/**
 * `POST /object/copy`, replacing the destination with `x-upsert: true`. The caller needs to be allowed to select the
 * source and to insert the destination.
 */
export async function copyObject(ctx: StorageContext, request: Request): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const body = await readJson(request, copyBody);
  const { source, destination } = pathsOf(body);
  const upsert = wantsUpsert(request);
  let version: string | null = null;
  try {
    const { id, replaced } = await inTransaction(ctx.pool, async (tx) => {
      await lockObjects(tx, destination);
      const old = await findObject(tx, destination);
      await enter(tx, caller, "object.copy");
      const from = await objectRow(tx, source);
      if (from.version === null || from.metadata === null) throw noSuchKey();
      version = await ctx.files.copy(from.version).catch((error) => {
        throw error instanceof Deno.errors.NotFound ? noSuchKey() : error;
      });
      const id = (upsert ? old?.id : undefined) ?? crypto.randomUUID();
      const metadata = { ...from.metadata, lastModified: new Date().toISOString() };
      if (!body.copyMetadata) Object.assign(metadata, body.metadata);
      const userMetadata = body.copyMetadata ? from.user_metadata : null;
      await writeObject(
        tx,
        { ...destination, id, version, owner: caller.sub, metadata, userMetadata },
        upsert,
      );
      await ctx.files.keep(version);
      return { id, replaced: upsert ? old?.version ?? null : null };
    });
    await ctx.files.discard(replaced);
    return Response.json({ Id: id, Key: `${destination.bucket}/${destination.key}` });
  } catch (error) {
    await ctx.files.discard(version);
    throw error;
  }
}

function pathsOf(body: z.infer<typeof moveBody>) {
  const { bucketId, sourceKey, destinationKey, destinationBucket } = body;
  return {
    source: { bucket: validBucketName(bucketId), key: validKey(sourceKey) },
    destination: { bucket: validBucketName(destinationBucket ?? bucketId), key: validKey(destinationKey) },
  };
}
