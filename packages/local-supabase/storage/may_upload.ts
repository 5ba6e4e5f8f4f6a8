/** Asking the policies whether a caller may upload, without doing it. */
import type { Claims } from "../tokens.ts";
import type { ObjectPath, StorageContext } from "./context.ts";
import { writeObject } from "./object_rows.ts";
import { enter, inTransaction } from "./scope.ts";
import { metadataOf } from "./upload_body.ts";

/** What is said of the object to come. */
export interface Probe {
  owner: string | undefined;
  upsert: boolean;
  mimetype: string;
  /** Bytes. */
  size: number;
}

/**
 * Writes the object's row as the caller and takes it back.
 * @throws PostgresError 42501 when a policy refuses; 23505 when the object exists and `upsert` is false
 */
export async function assertMayUpload(
  ctx: StorageContext,
  caller: Claims,
  operation: string,
  path: ObjectPath,
  { owner, upsert, mimetype, size }: Probe,
): Promise<void> {
  const done = Symbol();
  await inTransaction(ctx.pool, async (tx) => {
    await enter(tx, caller, operation);
    const metadata = metadataOf({ size, eTag: "" }, mimetype, "");
    const id = crypto.randomUUID();
    await writeObject(tx, { ...path, id, version: id, owner, metadata, userMetadata: null }, upsert);
    throw done;
  }).catch((error) => {
    if (error !== done) throw error;
  });
}
