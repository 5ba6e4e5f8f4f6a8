/** Buckets: everything under `/bucket`. Each statement runs as the caller; policies on `storage.buckets` decide. */
import { z } from "zod";
import type { StorageContext } from "./context.ts";
import { fileSizeLimitOf, validBucketName, validMimeTypes } from "./limits.ts";
import { uuidOrNull } from "./object_rows.ts";
import { discardFiles } from "./removal.ts";
import { readJson, requireCaller } from "./request.ts";
import { asCaller, inTransaction, type Transaction } from "./scope.ts";
import { accessDenied, badRequest, noSuchBucket, StorageError } from "./storage_error.ts";

const rules = z.object({
  public: z.boolean().optional(),
  /** Bytes, or text with a unit. */
  file_size_limit: z.union([z.int().min(0), z.string()]).nullish(),
  allowed_mime_types: z.array(z.string()).nullish(),
});
const createBody = rules.extend({ id: z.string().optional(), name: z.string() });
const listQuery = z.object({
  limit: z.coerce.number().int().min(1).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  sortColumn: z.enum(["id", "name", "created_at", "updated_at"]).default("id"),
  sortOrder: z.enum(["asc", "desc"]).default("asc"),
  search: z.string().default(""),
});

/** `POST /bucket` */
export async function createBucket(ctx: StorageContext, request: Request): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const body = await readJson(request, createBody);
  const name = validBucketName(body.name);
  const id = validBucketName(body.id ?? name);
  const { limit, types } = checkedRules(ctx, body);
  // Without `returning`: a caller who may insert need not be one who may select.
  await asCaller(ctx.pool, caller, "bucket.create", (tx) =>
    tx`
      insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types, owner, owner_id)
      values (${id}, ${name}, ${body.public ?? false}, ${limit ?? null}, ${types ?? null},
              ${uuidOrNull(caller.sub)}, ${caller.sub ?? null})`);
  return Response.json({ name });
}

/** `GET /bucket` */
export async function listBuckets(ctx: StorageContext, request: Request): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const query = listQuery.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!query.success) throw badRequest(`querystring ${query.error.issues[0]?.message ?? "is not valid"}`);
  const { limit, offset, sortColumn, sortOrder, search } = query.data;
  const buckets = await asCaller(ctx.pool, caller, "bucket.list", (tx) =>
    tx`
      select ${columns(tx)} from storage.buckets
      where position(lower(${search}) in lower(name)) > 0
      order by ${tx(sortColumn)} ${sortOrder === "asc" ? tx`asc` : tx`desc`}
      limit ${limit ?? null} offset ${offset}`);
  return Response.json(buckets);
}

/** `GET /bucket/:id` */
export async function getBucket(ctx: StorageContext, request: Request, id: string): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const [bucket] = await asCaller(ctx.pool, caller, "bucket.get", (tx) =>
    tx`
      select ${columns(tx)} from storage.buckets where id = ${id}`);
  if (!bucket) throw noSuchBucket();
  return Response.json(bucket);
}

/** `PUT /bucket/:id`: changes what the body names; null lifts a limit. */
export async function updateBucket(ctx: StorageContext, request: Request, id: string): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const body = await readJson(request, rules);
  const { limit, types } = checkedRules(ctx, body);
  const updated = await asCaller(ctx.pool, caller, "bucket.update", (tx) =>
    tx`
      update storage.buckets
      set public = coalesce(${body.public ?? null}, public),
          file_size_limit = ${limit === undefined ? tx`file_size_limit` : limit},
          allowed_mime_types = ${types === undefined ? tx`allowed_mime_types` : types},
          updated_at = now()
      where id = ${id} returning id`);
  if (updated.length === 0) throw noSuchBucket();
  return Response.json({ message: "Successfully updated" });
}

/** `POST /bucket/:id/empty` @throws StorageError `AccessDenied` when the caller sees objects that it may not delete */
export async function emptyBucket(ctx: StorageContext, request: Request, id: string): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const removed = await asCaller(ctx.pool, caller, "bucket.empty", async (tx) => {
    const [bucket] = await tx`select id from storage.buckets where id = ${id}`;
    if (!bucket) throw noSuchBucket();
    const removed = await tx<{ version: string | null }[]>`
      delete from storage.objects where bucket_id = ${id} returning version`;
    const left = await tx<{ name: string }[]>`
      select name from storage.objects where bucket_id = ${id} limit 10`;
    if (left.length === 0) return removed;
    const names = left.map(({ name }) => name).join(", ");
    throw accessDenied(`Cannot delete: ${names}, you may have SELECT but not DELETE permissions`);
  });
  await discardFiles(ctx, removed);
  return Response.json({ message: "Successfully emptied" });
}

/** `DELETE /bucket/:id` @throws StorageError `ResourceNotEmpty` while there are objects in it, visible or not */
export async function deleteBucket(ctx: StorageContext, request: Request, id: string): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const [content] = await inTransaction(
    ctx.pool,
    (tx) => tx`select 1 from storage.objects where bucket_id = ${id} limit 1`,
  );
  if (content) throw notEmpty();
  const deleted = await asCaller(ctx.pool, caller, "bucket.delete", (tx) =>
    tx`
      delete from storage.buckets where id = ${id} returning id`).catch((error) => {
      throw error?.code === "23503" ? notEmpty() : error; // an object came in between
    });
  if (deleted.length === 0) throw noSuchBucket();
  return Response.json({ message: "Successfully deleted" });
}

const notEmpty = () =>
  new StorageError(409, "ResourceNotEmpty", "The bucket you tried to delete is not empty");

const columns = (tx: Transaction) =>
  tx`id, name, public, coalesce(owner_id, '') as owner, file_size_limit, allowed_mime_types,
     'STANDARD' as type, created_at, updated_at`;

function checkedRules(ctx: StorageContext, body: z.infer<typeof rules>) {
  const { file_size_limit: size, allowed_mime_types: mimeTypes } = body;
  return {
    limit: typeof size === "number" || typeof size === "string"
      ? fileSizeLimitOf(size, ctx.fileSizeLimit)
      : size,
    types: mimeTypes ? validMimeTypes(mimeTypes) : mimeTypes,
  };
}
