/**
 * The Storage service: the routes of storage-api that storage-js calls, over `storage.buckets` and `storage.objects`
 * with their policies, and files on disk. Not served: image transformation, S3, versioning.
 */
import { join } from "node:path";
import { type Context, Hono } from "hono";
import type { Service } from "../service.ts";
import type { Tokens } from "../tokens.ts";
import * as buckets from "./buckets.ts";
import type { ObjectPath, StorageContext } from "./context.ts";
import * as downloads from "./download.ts";
import { FileStore } from "./file_store.ts";
import { listObjects } from "./listing.ts";
import { copyObject, moveObject } from "./relocate.ts";
import { removeObject, removeObjects } from "./removal.ts";
import { resumableRoutes } from "./resumable/routes.ts";
import { UploadLocks } from "./resumable/upload_locks.ts";
import { UploadStore } from "./resumable/upload_store.ts";
import { openPool } from "./scope.ts";
import { Signer } from "./signing.ts";
import { signUrl, signUrls } from "./sign_urls.ts";
import { toStorageError } from "./storage_error.ts";
import { signUploadUrl, uploadObject, uploadSigned } from "./upload.ts";

export interface StorageOptions {
  /** As `supabase_admin`; what a caller asks for runs as the caller's role. */
  databaseUrl: string;
  tokens: Tokens;
  /** Where the bytes lie; made if it is missing. Belongs to this service alone. */
  directory: string;
  /** Bytes that no object may exceed. */
  fileSizeLimit: number;
  /** How long a resumable upload may take, in milliseconds. Default: an hour, as storage-api's. */
  uploadExpiryMs?: number;
  /** How long the database may take for a statement, in milliseconds. Default: 30 s, as storage-api's. */
  databaseTimeoutMs?: number;
}

/** Starts the service. Signed URLs of an earlier run are not good any more. */
export async function startStorage(options: StorageOptions): Promise<Service> {
  const { databaseUrl, tokens, directory, fileSizeLimit, uploadExpiryMs = 60 * 60 * 1000 } = options;
  const { databaseTimeoutMs = 30_000 } = options;
  const files = await FileStore.open(directory);
  const uploads = await UploadStore.open(join(directory, "resumable"), uploadExpiryMs);
  const pool = openPool(databaseUrl, databaseTimeoutMs);
  const uploadLocks = new UploadLocks();
  const app = routes({ pool, files, uploads, uploadLocks, signer: new Signer(), tokens, fileSizeLimit });
  return {
    handle: async (request) => await app.fetch(request),
    close: () => pool.close(),
  };
}

type Handler = (ctx: StorageContext, request: Request) => Promise<Response>;
type BucketHandler = (ctx: StorageContext, request: Request, bucket: string) => Promise<Response>;
type ObjectHandler = (ctx: StorageContext, request: Request, path: ObjectPath) => Promise<Response>;

function routes(ctx: StorageContext): Hono {
  const plain = (handler: Handler) => (c: Context) => handler(ctx, c.req.raw);
  const ofBucket = (handler: BucketHandler) => (c: Context) =>
    handler(ctx, c.req.raw, c.req.param("bucket") ?? "");
  const ofObject = (handler: ObjectHandler) => (c: Context) =>
    handler(ctx, c.req.raw, { bucket: c.req.param("bucket") ?? "", key: c.req.param("key") ?? "" });
  const object = "/:bucket/:key{.+}";

  // Hono answers HEAD by the GET routes; the handlers see the method and send no body.
  return new Hono().basePath("/storage/v1")
    .get("/status", (c) => c.body(null, 200))
    .post("/bucket", plain(buckets.createBucket))
    .get("/bucket", plain(buckets.listBuckets))
    .get("/bucket/:bucket", ofBucket(buckets.getBucket))
    .put("/bucket/:bucket", ofBucket(buckets.updateBucket))
    .delete("/bucket/:bucket", ofBucket(buckets.deleteBucket))
    .post("/bucket/:bucket/empty", ofBucket(buckets.emptyBucket))
    .post("/object/list/:bucket", ofBucket(listObjects))
    .post("/object/move", plain(moveObject))
    .post("/object/copy", plain(copyObject))
    .post("/object/sign/:bucket", ofBucket(signUrls))
    .post(`/object/sign${object}`, ofObject(signUrl))
    .get(`/object/sign${object}`, ofObject(downloads.downloadSigned))
    .post(`/object/upload/sign${object}`, ofObject(signUploadUrl))
    .put(`/object/upload/sign${object}`, ofObject(uploadSigned))
    .get(`/object/info/public${object}`, ofObject(downloads.infoPublic))
    .get(`/object/info/authenticated${object}`, ofObject(downloads.info))
    .get(`/object/info${object}`, ofObject(downloads.info))
    .get(`/object/public${object}`, ofObject(downloads.downloadPublic))
    .get(`/object/authenticated${object}`, ofObject(downloads.downloadAuthenticated))
    .get(`/object${object}`, ofObject(downloads.download))
    .post(`/object${object}`, ofObject(uploadObject))
    .put(`/object${object}`, ofObject(uploadObject))
    .delete("/object/:bucket", ofBucket(removeObjects))
    .delete(`/object${object}`, ofObject(removeObject))
    .route("/upload/resumable", resumableRoutes(ctx))
    .notFound((c) => {
      const message = `Route ${c.req.method}:${c.req.path} not found`;
      return c.json({ statusCode: "404", error: "Not Found", message }, 404);
    })
    .onError((error) => toStorageError(error).toResponse());
}
