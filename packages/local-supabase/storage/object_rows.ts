/** Rows of `storage.buckets` and `storage.objects`. */
import type { Claims } from "../tokens.ts";
import type { ObjectPath } from "./context.ts";
import type { Pool } from "../sessions/pool.ts";
import { asCaller, inTransaction, type Transaction } from "./scope.ts";
import { noSuchBucket, noSuchKey } from "./storage_error.ts";

/** `storage.objects.metadata`, as the S3 backend of storage-api fills it. */
export interface ObjectMetadata {
  eTag: string;
  /** Bytes. */
  size: number;
  mimetype: string;
  cacheControl: string;
  /** ISO 8601. */
  lastModified: string;
  contentLength: number;
  httpStatusCode: number;
  contentEncoding?: string;
}

export interface ObjectRow {
  id: string;
  bucket_id: string;
  name: string;
  /** Names the file in the store; null when the row was made by SQL and has no file. */
  version: string | null;
  metadata: ObjectMetadata | null;
  user_metadata: Record<string, unknown> | null;
  created_at: Date;
  updated_at: Date;
}

/** What a bucket demands of its objects. */
export interface BucketRules {
  public: boolean;
  file_size_limit: number | null;
  allowed_mime_types: string[] | null;
}

/** Reads a bucket as the service. @throws StorageError `NoSuchBucket` */
export async function bucketRules(pool: Pool, bucket: string): Promise<BucketRules> {
  const read = (tx: Transaction) =>
    tx<BucketRules[]>`
      select public, file_size_limit, allowed_mime_types from storage.buckets where id = ${bucket}`.execute();
  const [row] = await inTransaction(pool, read, { isAllSent: true });
  if (!row) throw noSuchBucket();
  return row;
}

/** Reads an object as whoever `connection` is; undefined when it is not there or not visible. */
export async function findObject(
  connection: Transaction,
  { bucket, key }: ObjectPath,
): Promise<ObjectRow | undefined> {
  const [row] = await connection<ObjectRow[]>`
    select id, bucket_id, name, version, metadata, user_metadata, created_at, updated_at
    from storage.objects where bucket_id = ${bucket} and name = ${key}`;
  return row;
}

/** As `findObject`. @throws StorageError `NoSuchKey` when it is not there or not visible */
export async function objectRow(connection: Transaction, path: ObjectPath): Promise<ObjectRow> {
  const row = await findObject(connection, path);
  if (!row) throw noSuchKey();
  return row;
}

/** Reads an object as the caller. @throws StorageError `NoSuchKey` when it is not there or not visible */
export async function visibleObject(
  pool: Pool,
  caller: Claims,
  operation: string,
  path: ObjectPath,
): Promise<ObjectRow> {
  return await asCaller(pool, caller, operation, (tx) => objectRow(tx, path));
}

/**
 * Keeps other transactions from writing objects of these paths until this one ends, so that whoever replaces an
 * object knows exactly which file it replaced. Taken in the order of the paths, so that two moves cannot deadlock.
 */
export async function lockObjects(tx: Transaction, ...paths: ObjectPath[]): Promise<void> {
  for (const name of paths.map(({ bucket, key }) => `${bucket}/${key}`).sort()) {
    await tx`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
  }
}

/** The old `owner` columns hold uuids only; `owner_id` holds whatever the caller's `sub` is. */
export function uuidOrNull(owner: string | undefined): string | null {
  return owner && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(owner) ? owner : null;
}

/** What an insert or upsert writes. */
export interface NewObject extends ObjectPath {
  id: string;
  version: string;
  owner: string | undefined;
  metadata: ObjectMetadata;
  userMetadata: Record<string, unknown> | null;
}

/**
 * Inserts an object as whoever `tx` is; with `upsert`, replaces the one of the same path. A plain insert returns
 * nothing, because it must work for a caller who may insert but not select.
 * @throws PostgresError 23505 when the object exists and `upsert` is false; 42501 when a policy refuses
 */
export async function writeObject(tx: Transaction, object: NewObject, upsert: boolean): Promise<void> {
  const { id, bucket, key, version, owner, metadata, userMetadata } = object;
  await tx`
    insert into storage.objects (id, bucket_id, name, version, owner, owner_id, metadata, user_metadata)
    values (${id}, ${bucket}, ${key}, ${version}, ${uuidOrNull(owner)}, ${owner ?? null},
            ${tx.json({ ...metadata })}, ${userMetadata === null ? null : tx.json(userMetadata as Json)})
    ${
    !upsert ? tx`` : tx`
    on conflict (bucket_id, name) do update
    set version = excluded.version,
        owner = coalesce(excluded.owner, objects.owner),
        owner_id = coalesce(excluded.owner_id, objects.owner_id),
        metadata = excluded.metadata,
        user_metadata = excluded.user_metadata,
        updated_at = now()`
  }`;
}

type Json = Parameters<Transaction["json"]>[0];
