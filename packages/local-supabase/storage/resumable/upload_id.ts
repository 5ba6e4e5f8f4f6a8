/** The name of a resumable upload in its address: base64url of `<bucket>/<key>/<version>`, as storage-api makes it. */
import { Buffer } from "node:buffer";
import type { ObjectPath } from "../context.ts";
import { validBucketName, validKey } from "../limits.ts";
import { uploadNotFound } from "./tus_error.ts";

/** Which object an upload is for, and which version of it. */
export interface UploadId extends ObjectPath {
  /** A uuid: names the file in the store, and later `version` in `storage.objects`. */
  version: string;
}

const VERSION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws StorageError `InvalidBucketName`, `InvalidKey` */
export function newUploadId({ bucket, key }: ObjectPath): UploadId {
  return { bucket: validBucketName(bucket), key: validKey(key), version: crypto.randomUUID() };
}

/** The last part of an upload's address. */
export function writeUploadId({ bucket, key, version }: UploadId): string {
  return Buffer.from(`${bucket}/${key}/${version}`).toString("base64url");
}

/** @throws TusError 404 when nothing can have this name */
export function readUploadId(name: string): UploadId {
  const parts = Buffer.from(name, "base64url").toString("utf8").split("/");
  const version = parts.pop() ?? "";
  const [bucket = "", ...key] = parts;
  if (!VERSION.test(version) || key.length === 0) throw uploadNotFound();
  return { bucket, key: key.join("/"), version };
}
