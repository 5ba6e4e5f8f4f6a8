/** Serving objects and what is known of them, from `/object/...` paths of every kind. */
import type { ObjectPath, StorageContext } from "./context.ts";
import { validKey } from "./limits.ts";
import { bucketRules, type ObjectRow, objectRow, visibleObject } from "./object_rows.ts";
import { inTransaction } from "./scope.ts";
import { optionalCaller, requireCaller } from "./request.ts";
import { serveObject } from "./serve_object.ts";
import { badRequest, noSuchBucket } from "./storage_error.ts";

/** `GET` or `HEAD /object/public/:bucket/:key`: anybody, if the bucket is public. */
export async function downloadPublic(
  ctx: StorageContext,
  request: Request,
  path: ObjectPath,
): Promise<Response> {
  return await serveObject(ctx.files, request, await publicObject(ctx, path));
}

/** `GET` or `HEAD /object/authenticated/:bucket/:key`: whoever may select the object. */
export async function downloadAuthenticated(ctx: StorageContext, request: Request, path: ObjectPath) {
  await requireCaller(request, ctx.tokens);
  return await download(ctx, request, path);
}

/** `GET` or `HEAD /object/:bucket/:key`: as authenticated; without good credentials, as public. */
export async function download(ctx: StorageContext, request: Request, path: ObjectPath): Promise<Response> {
  const find = await objectFor(ctx, request, path, "object.get_authenticated");
  return await serveObject(ctx.files, request, find);
}

/** `GET` or `HEAD /object/sign/:bucket/:key?token=…`: whoever has the token. */
export async function downloadSigned(
  ctx: StorageContext,
  request: Request,
  path: ObjectPath,
): Promise<Response> {
  const token = new URL(request.url).searchParams.get("token");
  if (token === null) throw badRequest("querystring must have required property 'token'");
  const expires = await ctx.signer.verifyDownload(token, `${path.bucket}/${path.key}`);
  return await serveObject(
    ctx.files,
    request,
    () => inTransaction(ctx.pool, (tx) => objectRow(tx, path)),
    expires,
  );
}

/** `GET /object/info/public/:bucket/:key` */
export async function infoPublic(
  ctx: StorageContext,
  _request: Request,
  path: ObjectPath,
): Promise<Response> {
  return Response.json(infoOf(await (await publicObject(ctx, path))()));
}

/** `GET /object/info/:bucket/:key` and `/object/info/authenticated/:bucket/:key` */
export async function info(ctx: StorageContext, request: Request, path: ObjectPath): Promise<Response> {
  const find = await objectFor(ctx, request, path, "object.get_authenticated_info");
  return Response.json(infoOf(await find()));
}

type Find = () => Promise<ObjectRow>;

async function publicObject(ctx: StorageContext, path: ObjectPath): Promise<Find> {
  validKey(path.key);
  if (!(await bucketRules(ctx.pool, path.bucket)).public) throw noSuchBucket();
  return () => inTransaction(ctx.pool, (tx) => objectRow(tx, path));
}

async function objectFor(
  ctx: StorageContext,
  request: Request,
  path: ObjectPath,
  operation: string,
): Promise<Find> {
  validKey(path.key);
  const bucket = await bucketRules(ctx.pool, path.bucket);
  if (bucket.public) return () => inTransaction(ctx.pool, (tx) => objectRow(tx, path));
  const caller = await optionalCaller(request, ctx.tokens);
  if (!caller) throw noSuchBucket();
  return () => visibleObject(ctx.pool, caller, operation, path);
}

function infoOf(
  { metadata, user_metadata, updated_at, created_at, id, name, version, bucket_id }: ObjectRow,
) {
  return {
    id,
    name,
    version,
    bucket_id,
    size: metadata?.size ?? null,
    content_type: metadata?.mimetype ?? null,
    cache_control: metadata?.cacheControl ?? null,
    etag: metadata?.eTag ?? null,
    metadata: user_metadata,
    last_modified: updated_at,
    created_at,
  };
}
