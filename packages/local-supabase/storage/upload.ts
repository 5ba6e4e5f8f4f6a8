/** Uploading objects: by the caller, or by whoever holds a signed upload URL. */
import type { Claims } from "../tokens.ts";
import type { ObjectPath, StorageContext } from "./context.ts";
import { assertMimeTypeAllowed, validKey } from "./limits.ts";
import { assertMayUpload } from "./may_upload.ts";
import { bucketRules, findObject, lockObjects, type NewObject, writeObject } from "./object_rows.ts";
import { requireCaller } from "./request.ts";
import { enter, inTransaction } from "./scope.ts";
import { badRequest } from "./storage_error.ts";
import { metadataOf, receiveUpload, type Upload } from "./upload_body.ts";

/** Who an upload is made by. */
interface Uploader {
  caller: Claims;
  owner: string | undefined;
  upsert: boolean;
  operation: string;
}

/** `POST /object/:bucket/:key` (replaces only with `x-upsert: true`) and `PUT` of the same (replaces or creates). */
export async function uploadObject(
  ctx: StorageContext,
  request: Request,
  path: ObjectPath,
): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const isUpdate = request.method === "PUT";
  const id = await store(ctx, request, path, {
    caller,
    owner: caller.sub,
    upsert: isUpdate || wantsUpsert(request),
    operation: isUpdate ? "object.upload_update" : "object.upload",
  });
  return Response.json({ Id: id, Key: `${path.bucket}/${path.key}` });
}

/** `POST /object/upload/sign/:bucket/:key`: a URL to upload to, for a caller who could upload there now. */
export async function signUploadUrl(
  ctx: StorageContext,
  request: Request,
  path: ObjectPath,
): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  validKey(path.key);
  await bucketRules(ctx.pool, path.bucket);
  const upsert = wantsUpsert(request);
  const probe = { owner: caller.sub, upsert, mimetype: "", size: 0 };
  await assertMayUpload(ctx, caller, "object.sign_upload_url", path, probe);
  const url = `${path.bucket}/${path.key}`;
  const token = await ctx.signer.signUpload(url, { owner: caller.sub, upsert });
  return Response.json({ url: `/object/upload/sign/${url}?token=${token}`, token });
}

/** `PUT /object/upload/sign/:bucket/:key?token=…`: needs no credentials but the token, and no policy. */
export async function uploadSigned(
  ctx: StorageContext,
  request: Request,
  path: ObjectPath,
): Promise<Response> {
  const token = new URL(request.url).searchParams.get("token");
  if (token === null) throw badRequest("querystring must have required property 'token'");
  const { owner, upsert } = await ctx.signer.verifyUpload(token, `${path.bucket}/${path.key}`);
  const caller = { role: "service_role" };
  await store(ctx, request, path, { caller, owner, upsert, operation: "object.upload_signed" });
  return Response.json({ Key: `${path.bucket}/${path.key}` });
}

/**
 * Receives the bytes, then writes the row as the uploader, and keeps the file only if the row is written. Returns the
 * id of the object.
 */
async function store(
  ctx: StorageContext,
  request: Request,
  path: ObjectPath,
  { caller, owner, upsert, operation }: Uploader,
): Promise<string> {
  validKey(path.key);
  const rules = await bucketRules(ctx.pool, path.bucket);
  const upload = await receiveUpload(request, ctx.files, {
    maxBytes: Math.min(rules.file_size_limit ?? Infinity, ctx.fileSizeLimit),
    checkType: (type) => assertMimeTypeAllowed(type, rules.allowed_mime_types),
  });
  const { version } = upload.file;
  try {
    const { id, replaced } = await inTransaction(ctx.pool, async (tx) => {
      // Sent together: the second sees what was committed before the first was done.
      const [, old] = await Promise.all([
        lockObjects(tx, path),
        upsert ? findObject(tx, path) : undefined,
      ]);
      const id = old?.id ?? crypto.randomUUID();
      await enter(tx, caller, operation);
      await writeObject(tx, newObject(path, id, owner, upload), upsert);
      await ctx.files.keep(version);
      return { id, replaced: old?.version ?? null };
    });
    await ctx.files.discard(replaced);
    return id;
  } catch (error) {
    await ctx.files.discard(version);
    throw error;
  }
}

function newObject(path: ObjectPath, id: string, owner: string | undefined, upload: Upload): NewObject {
  const { file, mimetype, cacheControl, contentEncoding, userMetadata } = upload;
  const metadata = {
    ...metadataOf(file, mimetype, cacheControl),
    ...contentEncoding !== undefined && { contentEncoding },
  };
  return { ...path, id, owner, version: file.version, metadata, userMetadata };
}

/** Whether the request asks to replace what is there. */
export function wantsUpsert(request: Request): boolean {
  return request.headers.get("x-upsert") === "true";
}
