/** Making URLs to download with: whoever may select an object may hand out a URL for it. */
import { z } from "zod";
import type { ObjectPath, StorageContext } from "./context.ts";
import { validKey } from "./limits.ts";
import { visibleObject } from "./object_rows.ts";
import { readJson, requireCaller } from "./request.ts";
import { asCaller } from "./scope.ts";

const signBody = z.object({
  /** Seconds. */
  expiresIn: z.int().min(1),
});
const signManyBody = signBody.extend({ paths: z.array(z.string()).min(1) });

/** `POST /object/sign/:bucket/:key` @throws StorageError `NoSuchKey` */
export async function signUrl(ctx: StorageContext, request: Request, path: ObjectPath): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const { expiresIn } = await readJson(request, signBody);
  validKey(path.key);
  await visibleObject(ctx.pool, caller, "object.sign", path);
  return Response.json({ signedURL: await signedUrl(ctx, path, expiresIn) });
}

/** `POST /object/sign/:bucket` with many keys: a URL or an error for each, in their order. */
export async function signUrls(ctx: StorageContext, request: Request, bucket: string): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const { expiresIn, paths } = await readJson(request, signManyBody);
  const rows = await asCaller(ctx.pool, caller, "object.sign_many", (tx) =>
    tx<{ name: string }[]>`
      select name from storage.objects where bucket_id = ${bucket} and name = any(${paths})`);
  const visible = new Set(rows.map(({ name }) => name));
  const answers = paths.map(async (key) => ({
    error: visible.has(key) ? null : "Either the object does not exist or you do not have access to it",
    path: key,
    signedURL: visible.has(key) ? await signedUrl(ctx, { bucket, key }, expiresIn) : null,
  }));
  return Response.json(await Promise.all(answers));
}

// Not percent-encoded: storage-js puts its own base in front and encodes the whole.
async function signedUrl(
  ctx: StorageContext,
  { bucket, key }: ObjectPath,
  expiresIn: number,
): Promise<string> {
  const path = `${bucket}/${key}`;
  return `/object/sign/${path}?token=${await ctx.signer.signDownload(path, expiresIn)}`;
}
