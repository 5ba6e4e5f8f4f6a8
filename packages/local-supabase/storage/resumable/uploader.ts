/** Whose a request about a resumable upload is: a caller under their policies, or whoever holds a signed upload token. */
import type { Claims } from "../../tokens.ts";
import type { ObjectPath, StorageContext } from "../context.ts";
import { assertMayUpload } from "../may_upload.ts";
import { requireCaller } from "../request.ts";
import { StorageError } from "../storage_error.ts";
import { wantsUpsert } from "../upload.ts";

/** As which a request is answered. `signed`: by the token in `x-signature`, which every request must bring. */
export type Door = { kind: "caller"; claims: Claims } | { kind: "signed" };

/** Who uploads. */
export interface Uploader {
  owner: string | undefined;
  upsert: boolean;
}

/** @throws StorageError when there are no credentials, or none that are good */
export async function doorOf(ctx: StorageContext, request: Request, isSigned: boolean): Promise<Door> {
  return isSigned ? { kind: "signed" } : { kind: "caller", claims: await requireCaller(request, ctx.tokens) };
}

/**
 * Checks that the request may work on an upload to `path`: by its policies, as if it wrote the object now, or by its
 * token. HEAD needs no policy. @throws StorageError `AccessDenied`, `KeyAlreadyExists`, `InvalidSignature`, …
 */
export async function requireUploader(
  ctx: StorageContext,
  request: Request,
  door: Door,
  path: ObjectPath,
  file: { mimetype: string | undefined; length: number | null },
): Promise<Uploader> {
  if (door.kind === "signed") {
    const token = request.headers.get("x-signature");
    if (!token) throw new StorageError(400, "InvalidSignature", "Missing x-signature header");
    return await ctx.signer.verifyUpload(token, `${path.bucket}/${path.key}`);
  }
  const uploader = { owner: door.claims.sub, upsert: wantsUpsert(request) };
  if (request.method !== "HEAD") {
    const operation = OPERATIONS[request.method] ?? OPERATIONS.PATCH;
    await assertMayUpload(ctx, door.claims, operation, path, {
      ...uploader,
      mimetype: file.mimetype ?? "",
      size: file.length ?? 0,
    });
  }
  return uploader;
}

const OPERATIONS = {
  POST: "tus.upload.create",
  PATCH: "tus.upload.part",
  DELETE: "tus.upload.delete",
} as Record<string, string> & { PATCH: string };
